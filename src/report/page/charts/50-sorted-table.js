"use strict";
// A table of many rows that is sorted by any column, filtered and shown in pages.

// "sharpe > 1 and trades >= 100, stop = 0.05": conditions that all hold. A bare number is a scenario's, other bare
// words are looked for in text columns. Gives { test(row) } or { error }.
function parseFilter(text, columns) {
  const tests = [];
  for (const part of text.split(/,|;|&&?|\band\b/i).map((piece) => piece.trim()).filter(Boolean)) {
    const condition = part.match(/^(.+?)\s*(>=|<=|!=|<>|==?|>|<)\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*(%?)$/i);
    if (condition) {
      const [, title, sign, digits, sign100] = condition;
      const column = columns.find((c) => c.title.toLowerCase() === title.toLowerCase());
      if (!column || column.text) return { error: `There is no column of numbers called “${title}”.` };
      const limit = Number(digits) / (sign100 ? 100 : 1);
      const near = (value) => Math.abs(value - limit) <= 1e-6 * Math.max(1e-3, Math.abs(limit));
      tests.push((row) => {
        const value = column.value(row);
        if (!Number.isFinite(value)) return false;
        switch (sign) {
          case ">": return value > limit && !near(value);
          case "<": return value < limit && !near(value);
          case ">=": return value >= limit || near(value);
          case "<=": return value <= limit || near(value);
          case "!=": case "<>": return !near(value);
          default: return near(value);
        }
      });
    } else if (/^[\d,]+$/.test(part)) {
      const id = columns.find((c) => c.isId) || columns[0];
      tests.push((row) => id.value(row) === Number(part));
    } else if (/[<>=]/.test(part)) {
      return { error: `“${part}” is no condition; write for example “${columns[1].title} > 1”.` };
    } else {
      const word = part.toLowerCase();
      const texts = columns.filter((c) => c.text);
      tests.push((row) => texts.some((c) => String(c.value(row)).toLowerCase().includes(word)));
    }
  }
  return { test: (row) => tests.every((test) => test(row)) };
}

// columns: { title, help, value(row), show(row), text, isId, hidden, bestFirst: "descending" | "ascending" }.
// `rows` is how many there are; a row is its number. `sorted`: { column, direction } to begin with.
function makeSortedTable({ caption, columns, rows, sorted, pageSize = 25, example = "", filtered = true }) {
  let order = sorted;
  let page = 0;
  let shown = [];
  let test = () => true;
  const told = makeLive();
  const head = make("tr");
  const tbody = make("tbody");
  const where = make("span", { class: "where" });

  function sortRows() {
    const { value, text } = order.column;
    const sign = order.direction === "descending" ? -1 : 1;
    const keys = Array.from({ length: rows }, (_, row) => value(row));
    const undefinedKey = (key) => !text && !Number.isFinite(key);
    shown = [];
    for (let row = 0; row < rows; ++row) if (test(row)) shown.push(row);
    shown.sort((a, b) => {
      const [ka, kb] = [keys[a], keys[b]];
      if (undefinedKey(ka) || undefinedKey(kb)) return undefinedKey(ka) - undefinedKey(kb) || a - b; // at the end
      return (text ? sign * String(ka).localeCompare(String(kb)) : sign * (ka - kb)) || a - b;
    });
  }

  function sortBy(column) {
    const other = { ascending: "descending", descending: "ascending" };
    order = { column, direction: order.column === column ? other[order.direction] : column.bestFirst || "ascending" };
    page = 0;
    sortRows();
    drawHead();
    draw();
    told.textContent = `Sorted by ${column.title}, ${order.direction}.`;
  }

  function drawHead() {
    const focused = document.activeElement && head.contains(document.activeElement) ? document.activeElement.textContent : null;
    head.replaceChildren(...columns.filter((c) => !c.hidden).map((column) =>
      make("th", { scope: "col", class: column.text ? "text" : null, "aria-sort": order.column === column ? order.direction : null, title: column.help },
        makeButton(column.title, () => sortBy(column)))));
    if (focused) [...head.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
  }

  const previous = makeButton("Previous", () => { --page; draw(); });
  const next = makeButton("Next", () => { ++page; draw(); });

  function draw() {
    const visible = columns.filter((c) => !c.hidden);
    const first = page * pageSize;
    const slice = shown.slice(first, first + pageSize);
    tbody.replaceChildren(...slice.map((row) => make("tr", {}, visible.map((column, i) =>
      make(i === 0 ? "th" : "td", { class: column.text ? "text" : null, scope: i === 0 ? "row" : null }, column.show ? column.show(row) : String(column.value(row)))))));
    where.textContent = shown.length === 0 ? "No rows." : `${grouped(first + 1)}–${grouped(first + slice.length)} of ${grouped(shown.length)}`;
    previous.disabled = page === 0;
    next.disabled = first + pageSize >= shown.length;
  }

  const box = make("div");
  const problem = make("span", { class: "note", role: "status" });
  const search = make("input", {
    type: "search", placeholder: example, spellcheck: "false", autocomplete: "off",
    oninput: () => {
      const parsed = parseFilter(search.value, columns);
      problem.textContent = parsed.error || "";
      if (parsed.error) return;
      test = parsed.test;
      page = 0;
      sortRows();
      draw();
    },
  });
  if (filtered) box.append(make("div", { class: "controls" }, make("label", {}, "Filter", search), problem));
  box.append(
    make("div", { class: "scroll" }, make("table", { class: "sorted-table" }, make("caption", {}, caption), make("thead", {}, head), tbody)),
    make("div", { class: "paging on-screen" }, where,
      makeSelect("", [10, 25, 50, 100].map((size) => [size, `${size} a page`]), pageSize, (size) => { pageSize = Number(size); page = 0; draw(); }),
      previous, next),
    told);
  box.querySelector(".paging select").setAttribute("aria-label", "Rows a page");
  sortRows();
  drawHead();
  draw();
  box.redraw = () => { drawHead(); draw(); };
  box.filterBy = (text) => { search.value = text; search.dispatchEvent(new Event("input")); };
  return box;
}
