"use strict";
// Numbers and times as people read them.

// "1,234.50"; what rounds to zero has no sign.
function grouped(value, digits = 0) {
  const text = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

// Prices of one series, all with as many decimals as six digits of a price like `typical` need.
const priceText = (value, typical) => grouped(value, Math.min(8, Math.max(0, 5 - Math.floor(Math.log10(Math.abs(typical) || 1)))));

// Four significant digits, without needless zeros.
function shortNumber(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 1000) return grouped(value, Number.isInteger(value) ? 0 : size < 1e5 ? 1 : 0);
  return String(Number(value.toPrecision(4)));
}

const percent = (fraction, digits = 1) => (Number.isFinite(fraction) ? grouped(100 * fraction, digits) + " %" : "–");

// A metric's value; all of a column have as many decimals.
function metricText(metric, value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  switch (metric.unit) {
    case "fraction": return percent(value, 2);
    case "count": return grouped(value);
    case "bars": return grouped(value, metric.name.startsWith("avg") ? 1 : 0);
    case "money": return grouped(value, 2);
    default: return size >= 1e6 ? value.toExponential(3) : grouped(value, 3);
  }
}

function secondsText(seconds) {
  if (seconds >= 90) return shortNumber(seconds / 60) + " min";
  return seconds >= 1 || seconds === 0 ? shortNumber(seconds) + " s" : shortNumber(1000 * seconds) + " ms";
}

const two = (number) => String(number).padStart(2, "0");

// Of seconds since 1970, in UTC: "2022-01-05", and with its time where that is wanted.
function dateText(seconds, withTime = false) {
  const date = new Date(1000 * seconds);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return withTime ? `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}` : day;
}

const plural = (count, word) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
