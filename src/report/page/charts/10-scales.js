"use strict";
// Axes and colours of charts.

// Round numbers from low to high, about `count` of them.
function niceTicks(low, high, count) {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

// Ticks with as many decimals as their step needs.
function tickTexts(ticks, metric) {
  const scaled = metric && metric.unit === "fraction" ? ticks.map((tick) => 100 * tick) : ticks;
  const step = scaled.length > 1 ? Math.abs(scaled[1] - scaled[0]) : Math.abs(scaled[0]) || 1;
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9) + (Number.isInteger(step) || /^[125]/.test(step.toExponential()) && !step.toExponential().startsWith("2.5") ? 0 : 1)));
  return scaled.map((value) => (Math.abs(value) >= 1e7 ? value.toExponential(1) : grouped(value, digits)) + (metric && metric.unit === "fraction" ? " %" : ""));
}

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// The colour at `place` (0 … 1) along stops that lie at equal distances.
function colorBetween(stops, place) {
  const at = Math.min(stops.length - 1.000001, Math.max(0, place * (stops.length - 1)));
  const [from, to] = [channels(stops[Math.floor(at)]), channels(stops[Math.floor(at) + 1])];
  const part = at - Math.floor(at);
  return `rgb(${from.map((value, i) => Math.round(value + part * (to[i] - value))).join(",")})`;
}

// What separates good from bad in a metric that has such a value.
function neutralValue(metric) {
  if (["profit_factor", "omega"].includes(metric.name)) return 1;
  return ["total_return", "cagr", "sharpe", "sortino", "calmar", "skew", "expectancy", "sqn"].includes(metric.name) ? 0 : null;
}

// Colours of a metric's values: two hues (blue and orange, which the colour-blind tell apart) where the values lie
// on both sides of what separates good from bad, else one hue, stronger where better. Outliers get the last colour.
function metricColors(metric, values) {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length === 0) return { low: 0, high: 0, diverging: false, color: () => theme.color("level"), text: () => theme.color("text") };
  let low = sorted[Math.floor(0.01 * (sorted.length - 1))];
  let high = sorted[Math.ceil(0.99 * (sorted.length - 1))];
  const neutral = neutralValue(metric);
  const diverging = neutral !== null && low < neutral && high > neutral;
  if (diverging) {
    const reach = Math.max(high - neutral, neutral - low);
    low = neutral - reach;
    high = neutral + reach;
  }
  const stops = (diverging ? ["below", "below-mid", "level", "above-mid", "above"] : ["scale-low", "scale-mid", "scale-high"]).map(theme.color);
  const flipped = !diverging && !metric.higher_is_better;
  const place = (value) => (high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5);
  return { low, high, diverging, color: (value) => colorBetween(stops, flipped ? 1 - place(value) : place(value)) };
}

// Black or white, whichever can be read on the colour "rgb(r,g,b)".
function readableOn(color) {
  const [r, g, b] = color.match(/\d+/g).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111820" : "#ffffff";
}

// A canvas as wide as its place, sharp on any screen, drawn again when the width or the colours change.
function makeCanvas(height, draw, attributes = {}) {
  const canvas = make("canvas", { role: "img", ...attributes });
  canvas.redraw = () => {
    const width = canvas.clientWidth;
    if (width < 10) return;
    const tall = typeof height === "function" ? height(width) : height;
    const ratio = Math.max(1, devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(tall * ratio);
    canvas.style.height = tall + "px";
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, tall);
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    draw(context, width, tall);
  };
  theme.onChange(canvas.redraw);
  let seen = 0;
  new ResizeObserver((entries) => {
    const width = Math.round(entries[0].contentRect.width);
    if (width !== seen) { seen = width; canvas.redraw(); }
  }).observe(canvas);
  return canvas;
}
