"use strict";
// What the run says, in words and with its numbers.

declareSection({
  place: 10, id: "summary", title: "Summary",
  draw(body) {
    const verdict = readPart("verdict");
    const marks = { good: "✓", fact: "i", doubt: "!", bad: "✕" };
    const names = { good: "speaks for it", fact: "fact", doubt: "speaks against it", bad: "speaks against it" };
    const mark = (tone) => make("span", { class: "mark", role: "img", "aria-label": names[tone] }, marks[tone]);
    body.append(make("p", { class: "verdict " + verdict.tone }, mark(verdict.tone), verdict.headline));
    const shown = [...new Set([byMetric.name, "total_return", "cagr", "max_drawdown", "sharpe", "profit_factor", "win_rate", "trades"])].slice(0, 8);
    const drawFacts = (label, valueOf) => body.append(make("p", { class: "note" }, label + ":"), make("dl", { class: "facts", "aria-label": label }, shown.map((name) => {
      const metric = metrics[metricIndex(name)];
      return make("div", { title: metric.help }, make("dt", {}, name), make("dd", {}, metricText(metric, valueOf(name))));
    })));
    const best = bestRow();
    const tests = readPart("walkforward")?.out_of_sample?.metrics;
    if (ofFolds && tests) drawFacts("All tests, one after the other", (name) => tests[name] ?? NaN);
    else if (!ofFolds && best !== null) drawFacts(`The best scenario by ${byMetric.name}`, (name) => table.metric(best, metricIndex(name)));
    body.append(make("ul", { class: "sentences" }, verdict.sentences.map(({ tone, text }) => make("li", { class: tone }, mark(tone), make("span", {}, text)))));
    const allRows = run.scenarios * (run.folds || 1);
    if (run.rows.total < allRows) body.append(make("p", { class: "note" }, `The run has ${grouped(run.rows.total)} rows of ${grouped(allRows)}${run.manifest.state === "complete" ? "; the constraints leave the others out" : `; its state is “${run.manifest.state}”`}.`));
    if (run.fill === "close") body.append(make("p", { class: "note" }, "Orders fill at the close that decided them, which nobody can trade: for comparisons only."));
    for (const missing of run.missing) body.append(make("p", { class: "note" }, "Missing here: " + missing));
  },
});
