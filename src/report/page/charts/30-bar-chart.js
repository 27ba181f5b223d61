"use strict";
// Bars over ranges of numbers: histograms. An SVG, so that it is sharp in print.

// bars: [{ from, to, count, kind, text }], kind: a class of style (gain, loss, plain). `ticks`: [[place 0 … 1, text]].
// `marker`: { place, text } or null. `label` says it all to who does not see it.
function makeBarChart({ bars, ticks, marker, label, height = 190 }) {
  const width = 520, left = 46, right = 10, top = 18, bottom = 24;
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const wide = (width - left - right) / bars.length;
  const y = (count) => top + (height - top - bottom) * (1 - count / most);
  const x = (place) => left + (width - left - right) * place;
  const svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const tick of niceTicks(0, most, 3).filter(Number.isInteger))
    svg.append(
      make("svg:line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      make("svg:text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, grouped(tick)));
  bars.forEach((bar, i) => {
    if (bar.count === 0) return;
    svg.append(make("svg:rect", {
      class: bar.kind, x: left + i * wide + 0.5, width: Math.max(1, wide - 1), y: Math.min(y(bar.count), y(0) - 1.5), height: Math.max(1.5, y(0) - y(bar.count)),
      onpointermove: (event) => tooltip.show(event.clientX, event.clientY, bar.text), onpointerleave: tooltip.hide,
    }));
  });
  svg.append(make("svg:line", { class: "axis", x1: left, x2: width - right, y1: y(0), y2: y(0) }));
  for (const [place, text] of ticks)
    svg.append(make("svg:text", { x: x(place), y: height - 7, "text-anchor": place < 0.03 ? "start" : place > 0.97 ? "end" : "middle" }, text));
  if (marker && marker.place >= 0 && marker.place <= 1)
    svg.append(
      make("svg:line", { class: "marker", x1: x(marker.place), x2: x(marker.place), y1: top - 4, y2: y(0) }),
      make("svg:text", { x: x(marker.place), y: top - 7, "text-anchor": marker.place > 0.6 ? "end" : "start" }, marker.text));
  return svg;
}

// Counts of values in equal ranges between low and high; what lies outside goes to the outer ones.
function countInto(values, low, high, bins) {
  const counts = new Array(bins).fill(0);
  for (const value of values) ++counts[Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / (high - low || 1)) * bins)))];
  return counts;
}
