"use strict";
// Making elements. Text is always text: nothing of the data is ever read as HTML.

// make("button", { type: "button", onclick: f }, "Next", ...): attributes, `on…` handlers, children.
function make(tag, attributes = {}, ...children) {
  const element = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// A labelled <select>; choices are [value, text]. `changed` gets the value.
function makeSelect(label, choices, value, changed) {
  const options = choices.map(([key, text]) => make("option", { value: key, selected: String(key) === String(value) }, text));
  return make("label", {}, label, make("select", { onchange: (event) => changed(event.target.value) }, options));
}

const makeButton = (text, action, attributes = {}) => make("button", { type: "button", onclick: action, ...attributes }, text);

// Terms and what they are.
const makePairs = (pairs) =>
  make("dl", { class: "pairs" }, pairs.filter(([, text]) => text !== null && text !== undefined && text !== "").flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));

// A table of finished cells. Columns: { title, text }, text: left-aligned. The first cell of a row is its header.
function makeTable(caption, columns, rows) {
  const kind = (i) => (columns[i].text ? { class: "text" } : {});
  const cell = (content, i) => make(i === 0 ? "th" : "td", { ...kind(i), ...(i === 0 ? { scope: "row" } : {}) }, content);
  return make("div", { class: "scroll" },
    make("table", {},
      caption ? make("caption", {}, caption) : "",
      make("thead", {}, make("tr", {}, columns.map((column, i) => make("th", { scope: "col", ...kind(i) }, column.title)))),
      make("tbody", {}, rows.map((row) => make("tr", {}, row.map(cell))))));
}

// Text for who does not see the charts, spoken when it changes.
const makeLive = () => make("p", { class: "live", "aria-live": "polite" });

const tooltip = {
  show(x, y, text) {
    const box = document.getElementById("tooltip");
    box.textContent = text;
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    box.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 12) : y + 18}px`;
  },
  hide() { document.getElementById("tooltip").hidden = true; },
};
