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
    const best = bestRow();
    if (best !== null) {
      const shown = [...new Set([byMetric.name, "total_return", "cagr", "max_drawdown", "sharpe", "profit_factor", "win_rate", "trades"])].slice(0, 8);
      body.append(make("dl", { class: "facts", "aria-label": "The best scenario" }, shown.map((name) => {
        const metric = metrics[metricIndex(name)];
        return make("div", { title: metric.help }, make("dt", {}, name), make("dd", {}, metricText(metric, table.metric(best, metricIndex(name)))));
      })));
    }
    body.append(make("ul", { class: "sentences" }, verdict.sentences.map(({ tone, text }) => make("li", { class: tone }, mark(tone), make("span", {}, text)))));
    if (run.rows.total < run.scenarios) body.append(make("p", { class: "note" }, `The run has ${grouped(run.rows.total)} rows of ${grouped(run.scenarios)} scenarios${run.manifest.state === "complete" ? "; the constraints leave the others out" : `; its state is “${run.manifest.state}”`}.`));
    if (run.fill === "close") body.append(make("p", { class: "note" }, "Orders fill at the close that decided them, which nobody can trade: for comparisons only."));
    for (const missing of run.missing) body.append(make("p", { class: "note" }, "Missing here: " + missing));
  },
});
