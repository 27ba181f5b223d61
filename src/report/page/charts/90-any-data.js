"use strict";
// Data of which only the form is known: numbers and texts as pairs, lists of alike objects as tables, lists of
// numbers as their spread. What a section does not know of a file is shown so rather than left out.

const spoken = (name) => name.replace(/_/g, " ");

function anyValueText(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return shortNumber(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length <= 12 ? value.map(anyValueText).join(", ") : `${plural(value.length, "value")}, ${anyValueText(value[0])} to ${anyValueText(value[value.length - 1])}`;
  if (typeof value === "object") return Object.entries(value).map(([key, item]) => `${spoken(key)} ${anyValueText(item)}`).join(", ");
  return String(value);
}

const isPlainObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// `without`: names that are shown otherwise.
function appendAnyData(place, data, without = ["format"]) {
  const entries = Object.entries(data).filter(([name]) => !without.includes(name));
  const isTable = (value) => Array.isArray(value) && value.length > 0 && value.every(isPlainObject);
  const simple = entries.filter(([, value]) => !isTable(value) && !isPlainObject(value));
  if (simple.length > 0) place.append(makePairs(simple.map(([name, value]) => [spoken(name), anyValueText(value)])));
  for (const [name, value] of entries.filter(([, v]) => isTable(v) || isPlainObject(v))) {
    place.append(make("h3", {}, spoken(name)));
    if (isPlainObject(value)) { appendAnyData(place, value, []); continue; }
    const keys = [...new Set(value.flatMap(Object.keys))].slice(0, 12);
    const shown = value.slice(0, 100);
    place.append(makeTable(shown.length < value.length ? `The first ${shown.length} of ${value.length}` : null, keys.map((key, i) => ({ title: spoken(key), text: i === 0 })), shown.map((row) => keys.map((key) => anyValueText(row[key])))));
  }
}
