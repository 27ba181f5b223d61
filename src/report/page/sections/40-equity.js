"use strict";
// Equity and drawdown of the best scenarios, beside holding.

declareSection({
  place: 40, id: "equity", title: "Equity", ofScenarios: true,
  draw(body) {
    if (!haveScenarios(body)) return;
    const part = chosen.part;
    const times = unpack("f64", part.time);
    const colorOf = (i) => "series-" + ((i % 5) + 1);
    const names = [...chosen.list.map((_, i) => chosen.title(i)), "holding, without costs"];
    const visible = names.map((_, i) => i < 3 || i === names.length - 1); // more at once is hard to read
    const curves = (name) => [
      ...chosen.list.map((scenario, i) => ({ name: `#${i + 1} (${scenario.scenario})`, hidden: !visible[i], color: colorOf(i), values: unpack("f32", scenario[name]) })),
      { name: "holding", color: "held", dashed: true, values: unpack("f32", part.held[name]) },
    ];
    const equity = makeTimeChart({ times, hasTime: part.has_time, curves: curves("equity"), yText: (v) => grouped(v), height: 300, group: "equity", label: "Equity of the chosen scenarios over time" });
    const falls = curves("drawdown").map((curve) => ({ ...curve, values: curve.values.map((value) => -100 * value) }));
    const drawdown = makeTimeChart({ times, hasTime: part.has_time, curves: falls, yText: (v) => grouped(v, Math.abs(v) < 10 && v !== 0 ? 1 : 0) + " %", height: 170, group: "equity", label: "Drawdown of the chosen scenarios over time" });
    const key = make("div", { class: "key", role: "group", "aria-label": "Curves shown" }, names.map((name, i) =>
      make("label", {}, make("input", { type: "checkbox", checked: visible[i], onchange: (event) => { equity.show(i, event.target.checked); drawdown.show(i, event.target.checked); } }), " ",
        make("span", { class: "sample" + (i === names.length - 1 ? " dashed" : ""), style: `border-color: var(--${i === names.length - 1 ? "held" : colorOf(i)})` }), name)));
    body.append(
      key,
      make("div", { class: "controls" },
        make("label", { class: "inline" }, make("input", { type: "checkbox", onchange: (event) => equity.logScale(event.target.checked) }), "Logarithmic scale"),
        makeButton("Whole time", () => { equity.reset(); drawdown.reset(); })),
      make("figure", {}, make("figcaption", {}, "Equity"), equity.element),
      make("figure", { style: "margin-top: 1rem" }, make("figcaption", {}, "Drawdown from the highest equity so far"), drawdown.element),
      make("p", { class: "note on-screen" }, "Drag across to zoom, hold Shift to move, double-click for the whole."));
    equity.start();
    drawdown.start();
    if (part.bars_per_point > 1) body.append(make("p", { class: "note" }, `A point of the curves stands for ${grouped(part.bars_per_point)} bars: the equity at its last close, the deepest drawdown within.`));
  },
});
