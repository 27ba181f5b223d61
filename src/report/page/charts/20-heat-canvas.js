"use strict";
// A metric over two parameters as coloured cells, or over one as a line of bars.

// The texts of an axis' cells: the value, or "from …" where a cell is a range of values.
function axisTexts(axis) {
  return axis.edges.map((edge, i) => {
    if (axis.single_values) return shortNumber(edge);
    const end = i + 1 < axis.edges.length ? axis.edges[i + 1] : axis.last;
    return `${shortNumber(edge)}–${shortNumber(end)}`;
  });
}

// As many digits as fit into a cell.
function cellNumber(metric, value) {
  const shown = metric.unit === "fraction" ? 100 * value : value, size = Math.abs(shown);
  if (size >= 1e6) return shown.toExponential(1);
  return grouped(shown, metric.unit === "count" || size >= 1000 ? 0 : size >= 10 ? 1 : 2);
}

// `view()` gives { metric, across, up, values, marked }: two axes (`up` may be null), the values [up][across] in one
// array, and the cell of the best. Arrow keys and the pointer read cells; `told` is where they are spoken.
function makeHeatCanvas(view, told) {
  const left = 74, right = 12, top = 8, bottom = 44;
  let cursor = null; // [across, up]
  let frame = null;  // of the last drawing

  const rowsOf = (v) => (v.up ? v.up.edges.length : 1);
  const cellHeight = (v) => Math.max(12, Math.min(34, 420 / rowsOf(v)));
  const height = () => top + bottom + rowsOf(view()) * cellHeight(view());

  function draw(context, width) {
    const v = view();
    const columns = v.across.edges.length, rows = rowsOf(v), tall = cellHeight(v);
    const wide = (width - left - right) / columns;
    const colors = metricColors(v.metric, Array.from(v.values));
    frame = { v, wide, tall, columns, rows };
    const y = (row) => top + (rows - 1 - row) * tall;
    for (let row = 0; row < rows; ++row)
      for (let column = 0; column < columns; ++column) {
        const value = v.values[row * columns + column];
        const x = left + column * wide;
        const gap = wide > 12 && tall > 12 ? 1 : 0; // small ones are easier to see as one picture
        context.fillStyle = Number.isFinite(value) ? colors.color(value) : theme.color("card");
        const [x0, y0] = [Math.round(x), Math.round(y(row))]; // on whole pixels, so that no seams show
        context.fillRect(x0, y0, Math.round(x + wide) - x0 - gap, Math.round(y(row) + tall) - y0 - gap);
        if (Number.isFinite(value) && wide >= 42 && tall >= 15) {
          context.fillStyle = readableOn(colors.color(value));
          context.textAlign = "center";
          context.textBaseline = "middle";
          context.fillText(cellNumber(v.metric, value), x + wide / 2, y(row) + tall / 2 + 0.5, wide - 4);
        }
      }
    drawAxes(context, v, { wide, tall, columns, rows, width, y });
    const ring = (column, row, color, line) => {
      context.strokeStyle = color;
      context.lineWidth = line;
      context.strokeRect(left + column * wide + 0.5, y(row) + 0.5, Math.max(4, wide - 1.5), tall - 1.5);
    };
    if (v.marked) { ring(v.marked[0], v.marked[1], theme.color("card"), 4); ring(v.marked[0], v.marked[1], theme.color("text"), 2); }
    if (cursor && document.activeElement === canvas) ring(cursor[0], cursor[1], theme.color("accent"), 3);
  }

  function drawAxes(context, v, { wide, tall, columns, rows, width, y }) {
    context.fillStyle = theme.color("muted");
    context.textBaseline = "middle";
    context.textAlign = "right";
    const upTexts = v.up ? axisTexts(v.up) : [""];
    const everyRow = Math.max(1, Math.ceil(15 / tall));
    for (let row = 0; row < rows; row += everyRow) context.fillText(upTexts[row], left - 7, y(row) + tall / 2, left - 22);
    context.textAlign = "center";
    context.textBaseline = "top";
    const texts = axisTexts(v.across);
    const widest = Math.max(...texts.map((text) => context.measureText(text).width)) + 10;
    const everyColumn = Math.max(1, Math.ceil(widest / wide));
    const floor = top + rows * tall;
    for (let column = 0; column < columns; column += everyColumn) context.fillText(texts[column], left + (column + 0.5) * wide, floor + 5);
    context.fillStyle = theme.color("text");
    context.fillText(v.across.name, left + (width - left - right) / 2, floor + 24);
    if (!v.up) return;
    context.save();
    context.translate(2, top + (rows * tall) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "top";
    context.fillText(v.up.name, 0, 0);
    context.restore();
  }

  function cellText([column, row]) {
    const { v, columns } = frame;
    const value = v.values[row * columns + column];
    const lines = [`${v.across.name} = ${axisTexts(v.across)[column]}`];
    if (v.up) lines.push(`${v.up.name} = ${axisTexts(v.up)[row]}`);
    lines.push(`${v.metric.name}: ${Number.isFinite(value) ? metricText(v.metric, value) : "no scenario here"}`);
    return lines;
  }

  function cellAt(event) {
    if (!frame) return null;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - left) / frame.wide);
    const row = frame.rows - 1 - Math.floor((event.clientY - box.top - top) / frame.tall);
    return column >= 0 && column < frame.columns && row >= 0 && row < frame.rows ? [column, row] : null;
  }

  const canvas = makeCanvas(height, draw, { tabindex: "0" });
  canvas.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    if (cell) tooltip.show(event.clientX, event.clientY, cellText(cell).join("\n"));
    else tooltip.hide();
  });
  canvas.addEventListener("pointerleave", tooltip.hide);
  canvas.addEventListener("focus", () => canvas.redraw());
  canvas.addEventListener("blur", () => { tooltip.hide(); canvas.redraw(); });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!moves[event.key] || !frame) return;
    event.preventDefault();
    const from = cursor || frame.v.marked || [0, 0];
    const step = cursor ? moves[event.key] : [0, 0];
    cursor = [Math.min(frame.columns - 1, Math.max(0, from[0] + step[0])), Math.min(frame.rows - 1, Math.max(0, from[1] + step[1]))];
    canvas.redraw();
    told.textContent = cellText(cursor).join(", ");
    const box = canvas.getBoundingClientRect();
    tooltip.show(box.left + left + (cursor[0] + 0.5) * frame.wide, box.top + top + (frame.rows - 0.5 - cursor[1]) * frame.tall, cellText(cursor).join("\n"));
  });
  canvas.forgetCursor = () => { cursor = null; };
  return canvas;
}

// The colours and their values, under a heatmap.
function makeColorKey(metric, values) {
  const draw = (context, width) => {
    const colors = metricColors(metric, Array.from(values));
    const bar = Math.min(260, width - 20);
    for (let x = 0; x < bar; ++x) {
      context.fillStyle = colors.color(colors.low + ((colors.high - colors.low) * x) / (bar - 1));
      context.fillRect(10 + x, 0, 1.5, 12);
    }
    context.fillStyle = theme.color("muted");
    context.textBaseline = "top";
    [colors.low, (colors.low + colors.high) / 2, colors.high].forEach((tick, i) => {
      context.textAlign = ["left", "center", "right"][i];
      context.fillText(metric.unit === "fraction" ? percent(tick, 1) : shortNumber(tick), 10 + (bar * i) / 2, 17);
    });
  };
  return makeCanvas(34, draw, { "aria-label": "The colours and the values they stand for" });
}
