"use strict";
// All that went into the run: enough to do it again.

declareSection({
  place: 95, id: "inputs", title: "Inputs",
  draw(body) {
    const m = run.manifest;
    body.append(
      makePairs([
        ["Program", m.program], ["Report made", run.made.replace("T", " ").replace(/[.Z].*$/, " UTC")], ["Data", m.data.file], ["SHA-256 of the data", m.data.sha256],
        ["Bars", `${grouped(m.data.bars)}${m.data.first ? `, ${m.data.first} to ${m.data.last}` : ""}`], ["Precision", m.precision],
        ["Sampler", `${m.space.sampler}${m.space.sampler === "grid" ? "" : `, seed ${m.space.seed}`}: ${plural(m.space.scenarios, "scenario")}`],
        ["Constraints", m.space.constraints.join("; ")], ["Hash of the rows", run.rows.hash],
      ]),
      make("p", { class: "note" }, "The same inputs give the same hash on any machine: ", make("code", {}, threadx("hash")), "."),
      ...(m.data.warnings || []).map((warning) => make("p", { class: "note" }, "Warning: " + warning)),
      make("details", {}, make("summary", {}, "The sweep's file"), make("pre", {}, m.config.text), (m.config.overrides || []).length > 0 ? make("p", {}, "Overrides: ", make("code", {}, m.config.overrides.join(" "))) : ""),
      make("details", {}, make("summary", {}, "The strategy"), make("pre", {}, m.strategy.text)),
      make("details", {}, make("summary", {}, "Execution"), make("pre", {}, m.execution)));
  },
});
