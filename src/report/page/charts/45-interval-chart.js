"use strict";
// Where the values of many simulations lie, one line for each kind of them: nested bars between quantiles. An SVG.

// rows: [{ name, quantiles: [[probability, value], …] ascending, text }] or [{ name, value, text }] for a single outcome.
// `reference`: { value, text }, a line through all rows.
function makeIntervalChart({ rows, reference, valueText, label }) {
  const width = 760, left = 190, right = 24, top = 22, tall = 26, bottom = 26;
  const height = top + rows.length * tall + bottom;
  const finite = [...rows.flatMap((row) => (row.quantiles ? row.quantiles.map(([, value]) => value) : [row.value])), reference.value].filter(Number.isFinite);
  if (finite.length === 0) return make("p", { class: "muted" }, "Nothing is defined here.");
  let [low, high] = [Math.min(...finite), Math.max(...finite)];
  const pad = (high - low) * 0.03 || 1; // else the least touches its name
  [low, high] = [low - pad, high + pad];
  const x = (value) => left + ((width - left - right) * (value - low)) / (high - low);
  const floor = top + rows.length * tall;
  const svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const tick of niceTicks(low, high, 6).filter((tick) => tick >= low && tick <= high))
    svg.append(make("svg:line", { class: "grid", x1: x(tick), x2: x(tick), y1: top, y2: floor }), make("svg:text", { x: x(tick), y: floor + 17, "text-anchor": "middle" }, valueText(tick)));
  rows.forEach((row, i) => {
    const middle = top + (i + 0.5) * tall;
    svg.append(make("svg:text", { x: left - 10, y: middle + 4, "text-anchor": "end" }, row.name));
    const told = { onpointermove: (event) => tooltip.show(event.clientX, event.clientY, row.text), onpointerleave: tooltip.hide };
    if (!row.quantiles) {
      if (Number.isFinite(row.value)) svg.append(make("svg:circle", { cx: x(row.value), cy: middle, r: 4.5, style: "fill: var(--series-2)", ...told }));
      return;
    }
    const q = row.quantiles;
    for (let k = 0; k < Math.floor(q.length / 2); ++k) {
      const [from, to] = [q[k][1], q[q.length - 1 - k][1]];
      if (Number.isFinite(from) && Number.isFinite(to))
        svg.append(make("svg:rect", { x: x(from), width: Math.max(1, x(to) - x(from)), y: middle - 4 - k * 1.5, height: 8 + k * 3, rx: 2, style: "fill: var(--series-1); opacity: .3", ...told }));
    }
    const median = q[Math.floor(q.length / 2)][1];
    if (Number.isFinite(median)) svg.append(make("svg:rect", { x: x(median) - 1.5, width: 3, y: middle - 10, height: 20, style: "fill: var(--series-1)", ...told }));
  });
  if (Number.isFinite(reference.value))
    svg.append(make("svg:line", { class: "marker", x1: x(reference.value), x2: x(reference.value), y1: top - 4, y2: floor }), make("svg:text", { x: x(reference.value), y: top - 8, "text-anchor": x(reference.value) > width * 0.75 ? "end" : "middle" }, reference.text));
  return svg;
}
