"use strict";
// What is left of the best scenarios in other conditions: robustness.json.

declareSection({
  place: 82, id: "robustness", title: "Robustness",
  draw(body) {
    const part = readPart("robustness");
    if (!part) return sayAbsent(body, "How the best scenarios fare with other orders of trades, other prices, other parameters and higher costs:", threadx("robustness"));
    if (!Array.isArray(part.scenarios) || part.scenarios.length === 0 || !Array.isArray(part.quantiles)) return appendAnyData(body, part); // of another version
    const names = { trade_shuffle: "trades in other orders", trade_bootstrap: "trades drawn again", return_bootstrap: "time in other orders", neighbours: "neighbours", price_noise: "other prices", entry_delay: "entries later by", fee: "a fee of", slippage: "slippage of" };
    const shownMetrics = ["total_return", "max_drawdown", "sharpe"].map((name) => metrics[metricIndex(name)]);
    const state = { scenario: 0, metric: 0 };
    const place = make("div");

    function draw() {
      const scenario = part.scenarios[state.scenario], metric = shownMetrics[state.metric];
      const number = (value) => (value === null || value === undefined ? NaN : value);
      const text = (value) => (metric.unit === "fraction" ? percent(value, 1) : grouped(value, 2));
      const tests = scenario.tests.map((test) => {
        const quantiles = part.quantiles.map((probability, i) => [probability, number(test[metric.name].quantiles[i])]);
        return { name: names[test.name] || spoken(test.name), quantiles, text: [`${plural(test.simulations, "simulation")}`, ...quantiles.map(([p, value]) => `${percent(p, 0)} below ${text(value)}`)].join("\n") };
      });
      const stresses = scenario.stresses.map((stress) => ({ name: `${names[stress.name] || spoken(stress.name)} ${stress.name === "entry_delay" ? plural(stress.value, "bar") : percent(stress.value, 3)}`, value: number(stress[metric.name]), text: `${metric.name} ${text(number(stress[metric.name]))}${stress.ruined ? ", ruined" : ""}` }));
      const level = part.settings && part.settings.confidence_levels ? part.settings.confidence_levels[0] : null;
      place.replaceChildren(
        makeIntervalChart({ rows: [...tests, ...stresses], reference: { value: number(scenario.as_run[metric.name]), text: "as run" }, valueText: text, label: `${metric.name} of scenario ${scenario.scenario} in ${tests.length} tests and ${stresses.length} stresses; as run ${text(number(scenario.as_run[metric.name]))}. The table has the numbers.` }),
        make("p", { class: "note" }, `A bar reaches from the ${percent(part.quantiles[0], 0)} to the ${percent(part.quantiles[part.quantiles.length - 1], 0)} quantile of the simulations, thicker towards the median; a dot is one backtest.`),
        makeTable(null, [{ title: "test", text: true }, { title: "simulations" }, { title: "median" }, { title: level === null ? "bound" : `with ${percent(level, 0)}` }, { title: "lose" }, { title: "ruined" }],
          scenario.tests.map((test, i) => [tests[i].name, grouped(test.simulations), text(tests[i].quantiles[Math.floor(part.quantiles.length / 2)][1]), test[metric.name].at_levels.length > 0 ? text(number(test[metric.name].at_levels[0])) : "–", percent(number(test.loss_probability), 1), percent(number(test.ruin_probability), 1)])));
    }

    body.append(
      make("div", { class: "controls" },
        makeSelect("Scenario", part.scenarios.map((scenario, i) => [i, `scenario ${grouped(scenario.scenario)}`]), 0, (value) => { state.scenario = Number(value); draw(); }),
        makeSelect("Metric", shownMetrics.map((metric, i) => [i, metric.name]), 0, (value) => { state.metric = Number(value); draw(); })),
      place);
    draw();
  },
});
