"use strict";
// How a metric is spread over all scenarios, and where the best one stands.

declareSection({
  place: 35, id: "spread", title: "Spread",
  draw(body) {
    const survey = readPart("survey");
    const place = make("div");
    const draw = (index) => {
      const metric = metrics[index], spread = survey.spreads[index];
      place.replaceChildren();
      if (!spread.defined) return sayAbsent(place, `${metric.name} is not defined for any scenario.`);
      const { low, high, counts, quantiles } = spread;
      const neutral = neutralValue(metric);
      const wide = (high - low) / counts.length;
      const bars = counts.map((count, i) => {
        const from = low + i * wide, to = low + (i + 1) * wide;
        const kind = neutral === null ? "plain" : (from + to) / 2 >= neutral ? "gain" : "loss";
        return { count, kind, text: `${metricText(metric, from)} to ${metricText(metric, to)}\n${plural(count, "scenario")}` };
      });
      const ticks = high > low ? niceTicks(low, high, 6).filter((tick) => tick >= low && tick <= high) : [low];
      const texts = tickTexts(ticks, metric);
      const best = bestRow() === null ? NaN : table.metric(bestRow(), index);
      const marker = Number.isFinite(best) && high > low ? { place: Math.min(1, Math.max(0, (best - low) / (high - low))), text: "best by " + byMetric.name } : null;
      place.append(make("div", { class: "two" },
        makeBarChart({ bars, ticks: ticks.map((tick, i) => [high > low ? (tick - low) / (high - low) : 0.5, texts[i]]), marker, label: `Histogram of ${metric.name}: median ${metricText(metric, quantiles[3])}, half of the scenarios between ${metricText(metric, quantiles[2])} and ${metricText(metric, quantiles[4])}.` }),
        makeTable(null, [{ title: metric.name, text: true }, { title: "value" }],
          ["least", "5 % are below", "25 % are below", "median", "75 % are below", "95 % are below", "most"].map((name, i) => [name, metricText(metric, quantiles[i])]))));
      place.append(make("p", { class: "note" }, `${survey.sampled ? `Of ${grouped(spread.defined)} scenarios drawn from all` : `Of all ${plural(spread.defined, "scenario")}`} in which it is defined. The outer bars hold what lies beyond the first and the last percentile.`));
    };
    body.append(make("div", { class: "controls" }, makeSelect("Metric", metrics.map((metric, i) => [i, metric.name]), run.by, (value) => draw(Number(value)))), place);
    draw(run.by);
  },
});
