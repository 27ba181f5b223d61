"use strict";
// Lines and bands over numbers: walk-forward, robustness. An SVG.

// series: [{ name, points: [[x, y]], color, dashed, dots, noLine }], bands: [{ points: [[x, low, high]], color, opacity }].
// xTexts: names of x = 0, 1, … ; without them x is a number, written by xText. `level`: a horizontal line of reference.
function makeLineChart({ series = [], bands = [], xTexts = null, xText = shortNumber, xLabel = "", yText = shortNumber, level = null, label, height = 260 }) {
  const width = 760, left = 62, right = 14, top = 10, bottom = xLabel ? 44 : 28;
  const xs = [...series.flatMap((s) => s.points.map((p) => p[0])), ...bands.flatMap((b) => b.points.map((p) => p[0]))];
  const ys = [...series.flatMap((s) => s.points.map((p) => p[1])), ...bands.flatMap((b) => b.points.flatMap((p) => [p[1], p[2]])), ...(level === null ? [] : [level])].filter(Number.isFinite);
  if (xs.length === 0 || ys.length === 0) return make("p", { class: "muted" }, "Nothing to draw.");
  let [low, high] = [Math.min(...ys), Math.max(...ys)];
  if (low === high) { low -= 1; high += 1; }
  const ticks = niceTicks(low, high, 5);
  low = Math.min(low, ticks[0]);
  high = Math.max(high, ticks[ticks.length - 1]);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const x = (value) => left + ((width - left - right) * (value - first)) / (last - first || 1);
  const y = (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low));
  const svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const tick of ticks)
    svg.append(make("svg:line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }), make("svg:text", { x: left - 7, y: y(tick) + 4, "text-anchor": "end" }, yText(tick)));
  const names = xTexts ? xTexts.map((text, i) => [i, text]) : niceTicks(first, last, 8).map((tick) => [tick, xText(tick)]);
  const every = Math.max(1, Math.ceil((names.length * 9 * Math.max(...names.map(([, text]) => text.length))) / (width - left - right)));
  names.filter((_, i) => i % every === 0).forEach(([value, text]) => svg.append(make("svg:text", { x: x(value), y: height - bottom + 18, "text-anchor": "middle" }, text)));
  if (xLabel) svg.append(make("svg:text", { x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle" }, xLabel));
  const path = (points) => points.filter((p) => p.every(Number.isFinite)).map((p, i) => `${i ? "L" : "M"}${x(p[0]).toFixed(1)} ${y(p[1]).toFixed(1)}`).join("");
  for (const band of bands) {
    const outline = [...band.points.map((p) => [p[0], p[2]]), ...band.points.map((p) => [p[0], p[1]]).reverse()];
    svg.append(make("svg:path", { d: path(outline) + "Z", style: `fill: var(--${band.color}); opacity: ${band.opacity || 0.18}` }));
  }
  if (level !== null) svg.append(make("svg:line", { class: "axis", x1: left, x2: width - right, y1: y(level), y2: y(level) }));
  for (const s of series) {
    if (!s.noLine) svg.append(make("svg:path", { d: path(s.points), style: `fill: none; stroke: var(--${s.color}); stroke-width: ${s.thin ? 1 : 2}; opacity: ${s.thin ? 0.45 : 1}`, "stroke-dasharray": s.dashed ? "6 4" : null }));
    if (s.dots)
      for (const [px, py] of s.points)
        if (Number.isFinite(py))
          svg.append(make("svg:circle", { cx: x(px), cy: y(py), r: 3.5, style: `fill: var(--${s.color})`, onpointermove: (event) => tooltip.show(event.clientX, event.clientY, `${s.name}\n${xTexts ? xTexts[px] : shortNumber(px)}: ${yText(py)}`), onpointerleave: tooltip.hide }));
  }
  return svg;
}

// What the lines are.
const makeLineKey = (items) =>
  make("div", { class: "key" }, items.map(({ name, color, dashed }) => make("span", {}, make("span", { class: "sample" + (dashed ? " dashed" : ""), style: `border-color: var(--${color})` }), name)));
