"use strict";
// The data of the report: parts of JSON, and arrays of numbers packed in base64.

// The part of that name, or null where the report has none. Read once, and only when it is wanted.
const readPart = (() => {
  const parts = new Map();
  return (name) => {
    if (!parts.has(name)) {
      const tag = document.getElementById("data-" + name);
      parts.set(name, tag ? JSON.parse(tag.textContent) : null);
    }
    return parts.get(name);
  };
})();

const ArrayOf = { f32: Float32Array, f64: Float64Array, u32: Uint32Array, u8: Uint8Array };

// A typed array of base64 text. The numbers are little-endian, as all machines that have browsers are.
function unpack(type, text) {
  if (typeof Uint8Array.fromBase64 === "function") return new ArrayOf[type](Uint8Array.fromBase64(text).buffer);
  const bytes = atob(text);
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; ++i) out[i] = bytes.charCodeAt(i);
  return new ArrayOf[type](out.buffer);
}

const run = readPart("run");
// A walk-forward's rows are those of its scenarios in the training of each of its folds.
const ofFolds = run.folds > 0;
const metrics = run.metrics;
const byMetric = metrics[run.by];
const metricIndex = (name) => metrics.findIndex((metric) => metric.name === name);
