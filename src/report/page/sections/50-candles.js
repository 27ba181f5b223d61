"use strict";
// Prices with the entries and exits of a scenario.

declareSection({
  place: 50, id: "trades-on-prices", title: "Prices", ofScenarios: true,
  draw(body) {
    if (!haveScenarios(body)) return;
    const source = readCandles(readPart("candles"));
    const told = make("p", { class: "note", "aria-live": "polite", style: "white-space: pre-line" });
    const chart = makeCandleChart(source, () => chosen.trades(), told);
    candleChart = chart;
    chosen.onChange(() => { told.textContent = ""; chart.forgetTrade(); });
    body.append(
      make("div", { class: "controls" }, makeScenarioSelect(),
        make("span", { class: "group", role: "group", "aria-label": "Zoom" },
          makeButton("+", () => chart.zoom(0.5), { "aria-label": "Zoom in" }), makeButton("−", () => chart.zoom(2), { "aria-label": "Zoom out" }), makeButton("All", chart.all)),
        make("span", { class: "group", role: "group", "aria-label": "Trades" }, makeButton("‹ Trade", () => chart.goToTrade(-1), { "aria-label": "Previous trade" }), makeButton("Trade ›", () => chart.goToTrade(1), { "aria-label": "Next trade" }))),
      make("div", { class: "chart" }, chart.canvas),
      make("div", { class: "key" },
        make("span", {}, "▲ entry, long"), make("span", {}, "▼ entry, short"), make("span", {}, "■ exit"),
        make("span", {}, make("span", { class: "block", style: "background: var(--gain)" }), "gain"), make("span", {}, make("span", { class: "block", style: "background: var(--loss)" }), "loss")),
      make("p", { class: "note" }, "Where many trades are in view, each is a tick below the candles, those of long positions above those of short ones; nearer, entries and exits are drawn."),
      told);
    if (source.step > 1) body.append(make("p", { class: "note" }, `The data has ${grouped(source.bars)} bars: a candle stands for ${source.step} of them or more; around the largest gains and losses there are single bars.`));
  },
});

// The chart, once it is there: other sections may show a trade in it.
let candleChart = null;
