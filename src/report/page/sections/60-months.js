"use strict";
// Returns by month and year.

declareSection({
  place: 60, id: "months", title: "Months", ofScenarios: true,
  draw(body) {
    if (!haveScenarios(body)) return;
    if (!chosen.part.has_time) return sayAbsent(body, "The data has no timestamps, so there are no months.");
    const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const place = make("div");
    // The stronger the return beside those of the other months, the stronger the colour.
    const cell = (value, most, kind) => {
      if (value === undefined) return make("td", { class: kind });
      const strength = Math.round(100 * Math.min(1, Math.sqrt(Math.abs(value) / most)));
      const color = value === 0 ? "transparent" : `color-mix(in srgb, var(--${value > 0 ? "gain" : "loss"}-soft) ${strength}%, transparent)`;
      return make("td", { class: kind, style: `background: ${color}` }, grouped(100 * value, 1));
    };
    const draw = () => {
      const years = new Map();
      for (const [month, value] of chosen.scenario().months) {
        const year = month.slice(0, -3);
        if (!years.has(year)) years.set(year, new Array(12).fill(undefined));
        years.get(year)[Number(month.slice(-2)) - 1] = value;
      }
      const all = chosen.scenario().months.map(([, value]) => Math.abs(value)).sort((a, b) => a - b);
      const most = all[Math.floor(0.95 * (all.length - 1))] || 1e-9;
      const rows = [...years].map(([year, values]) => {
        const total = values.reduce((product, value) => product * (1 + (value || 0)), 1) - 1;
        return make("tr", {}, make("th", { scope: "row" }, year), values.map((value) => cell(value, most, "value")), cell(total, 3 * most, "value year"));
      });
      const gains = chosen.scenario().months.filter(([, value]) => value > 0).length;
      place.replaceChildren(make("div", { class: "scroll" }, make("table", { class: "months" },
        make("caption", {}, `Return in per cent, ${chosen.name(chosen.index())}: ${gains} of ${plural(all.length, "month")} gained`),
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, ""), names.map((name) => make("th", { scope: "col" }, name)), make("th", { scope: "col" }, "Year"))),
        make("tbody", {}, rows))));
    };
    chosen.onChange(draw);
    body.append(make("div", { class: "controls" }, makeScenarioSelect()), place);
    draw();
  },
});
