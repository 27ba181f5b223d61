"use strict";
// What was chosen in each fold's training, and what became of it: walkforward.json.

declareSection({
  place: 80, id: "walkforward", title: "Out of sample",
  draw(body) {
    const part = readPart("walkforward");
    if (!part) return sayAbsent(body, "Whether what was good on old bars is good on new ones, a walk-forward tells: it chooses on one stretch of time and trades on the next. Give the sweep's file a [walkforward] section with train and test, and:", "threadx walkforward FILE.toml --out DIR && threadx report DIR");
    const folds = part.folds || [];
    const known = metrics.filter((metric) => folds.some((fold) => fold.in_sample && fold.in_sample[metric.name] !== undefined));
    const by = known.find((metric) => metric.name === part.by) || known[0];
    const facts = [
      ["Kind", part.kind], ["Folds", grouped(folds.length)], ["Chosen by", `${part.by}${part.choose ? `, ${part.choose}` : ""}`],
      ["Tests that gained", part.profitable_share === null || part.profitable_share === undefined ? null : percent(part.profitable_share, 0)],
      ["Efficiency", Number.isFinite(part.efficiency) ? percent(part.efficiency, 0) : null],
    ];
    body.append(make("dl", { class: "facts" }, facts.filter(([, text]) => text).map(([term, text]) => make("div", {}, make("dt", {}, term), make("dd", {}, text)))));
    body.append(make("p", { class: "note" }, "Efficiency: the annual return in the tests, as a share of that in the trainings. Far below 100 %: what was chosen did not last."));
    if (by) drawFolds(body, folds, known, by);
    if (part.out_of_sample) drawCurve(body, part.out_of_sample);
    if (part.distribution) drawPaths(body, part);
    if (by) body.append(make("h3", {}, "Folds"), foldsTable(folds, by));
    if (part.stability) body.append(make("h3", {}, "What was chosen"), stabilityTable(part.stability));

    function drawFolds(place, list, choices, first) {
      const chart = make("div");
      const draw = (metric) => {
        const points = (key) => list.map((fold, i) => [i, fold[key] && fold[key][metric.name] !== null && fold[key][metric.name] !== undefined ? fold[key][metric.name] : NaN]);
        const text = (value) => (metric.unit === "fraction" ? percent(value, Math.abs(value) < 0.1 ? 1 : 0) : shortNumber(value));
        chart.replaceChildren(
          makeLineKey([{ name: "in training", color: "held", dashed: true }, { name: "in the test after it", color: "series-1" }]),
          makeLineChart({
            series: [{ name: "in training", points: points("in_sample"), color: "held", dashed: true, dots: true }, { name: "in the test", points: points("out_of_sample"), color: "series-1", dots: true }],
            xTexts: list.map((_, i) => String(i)), xLabel: "fold", yText: text, level: neutralValue(metric),
            label: `${metric.name} of the scenario chosen in each of ${list.length} folds, in training and in the test`,
          }));
      };
      place.append(make("div", { class: "controls" }, makeSelect("Metric", choices.map((metric) => [metric.name, metric.name]), first.name, (name) => draw(choices.find((m) => m.name === name)))), chart);
      draw(first);
    }

    function drawCurve(place, curve) {
      if (!curve.equity || !curve.equity.equity || curve.equity.equity.length < 2) return;
      const hasTime = Boolean(curve.equity.time);
      const times = hasTime ? curve.equity.time.map((text) => Date.parse(text) / 1000) : curve.equity.bar;
      const values = curve.equity.equity.map((value) => (value === null ? NaN : value));
      const chart = makeTimeChart({ times, hasTime, curves: [{ name: "out of sample", color: "series-1", values }], yText: (v) => grouped(v), height: 240, group: "walkforward", label: "Equity of the tests, one after the other" });
      place.append(make("h3", {}, "Equity of the tests, one after the other"), chart.element);
      chart.start();
      const shown = ["total_return", "cagr", "sharpe", "max_drawdown", "trades"].map((name) => metrics[metricIndex(name)]).filter((metric) => metric && Number.isFinite(curve.metrics[metric.name]));
      place.append(makePairs(shown.map((metric) => [metric.name, metricText(metric, curve.metrics[metric.name])])));
    }

    function drawPaths(place, { distribution, paths }) {
      const rows = Object.entries(distribution).filter(([, d]) => d).map(([name, d]) => {
        const metric = metrics[metricIndex(name)];
        return [name, ...["min", "lower_quartile", "median", "upper_quartile", "max"].map((key) => metricText(metric, d[key])), percent(d.share_below_0, 0)];
      });
      place.append(make("h3", {}, "Histories that might have been"), makeTable(`${plural((paths || []).length, "path")}, each made of the tests of different folds`,
        [{ title: "metric", text: true }, { title: "least" }, { title: "25 %" }, { title: "median" }, { title: "75 %" }, { title: "most" }, { title: "below 0" }], rows));
    }

    function foldsTable(list, metric) {
      const when = (ranges) => (ranges || []).map((range) => (range.from ? `${range.from.slice(0, 10)} – ${range.to.slice(0, 10)}` : `bars ${range.first}–${range.end - 1}`)).join(", ");
      const value = (fold, key, of) => (fold[key] && Number.isFinite(fold[key][of.name]) ? metricText(of, fold[key][of.name]) : "–");
      const gain = metrics[metricIndex("total_return")];
      return makeTable(null, [{ title: "fold" }, { title: "test", text: true }, { title: "scenario" }, { title: "parameters", text: true }, { title: `${metric.name}, training` }, { title: `${metric.name}, test` }, { title: "return, test" }],
        list.map((fold, i) => [String(i), when(fold.test), fold.scenario === null || fold.scenario === undefined ? "none" : grouped(fold.scenario),
          heatAxes.map((axis) => (fold.parameters && fold.parameters[axis.name] !== undefined ? `${axis.name} ${shortNumber(fold.parameters[axis.name])}` : null)).filter(Boolean).join(", ") || "–",
          value(fold, "in_sample", metric), value(fold, "out_of_sample", metric), value(fold, "out_of_sample", gain)]));
    }

    function stabilityTable(stability) {
      return makeTable("A parameter that is chosen anew in every fold was fitted to noise", [{ title: "parameter", text: true }, { title: "mean" }, { title: "deviation" }, { title: "most often" }, { title: "in so many folds" }, { title: "within a step" }],
        Object.entries(stability).map(([name, s]) => [name, shortNumber(s.mean), shortNumber(s.deviation ?? NaN), shortNumber(s.mode), percent(s.mode_share, 0), percent(s.near_mode_share ?? NaN, 0)]));
    }
  },
});
