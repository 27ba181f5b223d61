"use strict";
// Candles with the entries and exits of a scenario's trades. Bars stand at equal distances, whatever the time between.

// `source`: of readCandles(); `trades()`: arrays of the trades shown; `told`: where what is seen is spoken.
function makeCandleChart(source, trades, told) {
  const right = 64, top = 10, bottom = 26;
  let view = [0, source.bars]; // bars
  let drawn = null;
  let current = -1; // trade that was jumped to

  function setView(from, to) {
    const span = Math.min(source.bars, Math.max(12, to - from));
    from = Math.max(0, Math.min(source.bars - span, from));
    view = [from, from + span];
    canvas.redraw();
  }

  function zoom(factor, at = 0.5) {
    const span = (view[1] - view[0]) * factor;
    const center = view[0] + at * (view[1] - view[0]);
    setView(center - at * span, center + (1 - at) * span);
  }

  function visibleTrades() {
    const t = trades();
    const seen = [];
    for (let i = 0; i < t.count; ++i) if (t.exit_bar[i] >= view[0] && t.entry_bar[i] < view[1]) seen.push(i);
    return seen;
  }

  function draw(context, width, height) {
    const floor = height - bottom, wide = width - right;
    const candles = source.between(view[0], view[1], Math.max(20, Math.floor(wide / 3)));
    const shown = visibleTrades();
    const single = shown.length <= 150; // else only whether there are trades
    let low = Infinity, high = -Infinity;
    for (const candle of candles) { low = Math.min(low, candle.low); high = Math.max(high, candle.high); }
    const pad = (high - low) * 0.06 || 1;
    low -= pad;
    high += pad;
    const x = (bar) => (wide * (bar - view[0])) / (view[1] - view[0]);
    const y = (price) => top + (floor - top) * (1 - (price - low) / (high - low));
    drawn = { candles, x, wide };
    drawGrid(context, { candles, low, high, x, y, wide, floor, width });
    context.save();
    context.beginPath();
    context.rect(0, 0, wide, floor);
    context.clip();
    drawCandles(context, candles, x, y);
    if (single) for (const i of shown) drawTrade(context, trades(), i, x, y);
    context.restore();
    if (!single) drawDensity(context, shown, x, floor);
    const t = trades();
    canvas.setAttribute("aria-label", `Candles, ${candles.length > 0 ? `${timeOf(candles[0])} to ${timeOf(candles[candles.length - 1])}` : "none"}, ${plural(candles[0] ? candles[0].bars : 1, "bar")} each, with ${shown.length} of ${grouped(t.count)} trades. Arrow keys move, plus and minus zoom, N and P go to the next and previous trade, Home shows all.`);
  }

  const timeOf = (candle) => (source.hasTime ? dateText(candle.time, true) : `bar ${grouped(candle.bar)}`);

  function drawGrid(context, { candles, low, high, y, x, wide, floor, width }) {
    context.strokeStyle = theme.color("line");
    context.fillStyle = theme.color("muted");
    context.lineWidth = 1;
    context.textAlign = "left";
    context.textBaseline = "middle";
    const ticks = niceTicks(low, high, 5).filter((tick) => tick > low && tick < high);
    tickTexts(ticks).forEach((text, i) => {
      const at = Math.round(y(ticks[i])) + 0.5;
      context.beginPath(); context.moveTo(0, at); context.lineTo(wide, at); context.stroke();
      context.fillText(text, wide + 6, at, width - wide - 6);
    });
    context.beginPath(); context.moveTo(0, floor + 0.5); context.lineTo(wide, floor + 0.5); context.stroke();
    context.textBaseline = "top";
    const count = Math.max(2, Math.floor(wide / 130));
    const inDays = candles.length > 1 && candles[candles.length - 1].time - candles[0].time > 86400 * 12;
    for (let i = 0; i < count; ++i) {
      const candle = candles[Math.floor(((i + 0.5) * candles.length) / count)];
      if (!candle) continue;
      context.textAlign = "center";
      context.fillText(source.hasTime ? dateText(candle.time, !inDays) : grouped(candle.bar), x(candle.bar), floor + 7);
    }
  }

  function drawCandles(context, candles, x, y) {
    const up = theme.color("held"), down = theme.color("candle"), card = theme.color("card");
    for (const candle of candles) {
      const from = x(candle.bar), step = x(candle.bar + candle.bars) - from;
      const body = Math.max(1, Math.min(14, step * 0.7));
      const middle = from + step / 2;
      context.fillStyle = context.strokeStyle = candle.close >= candle.open ? up : down;
      context.fillRect(middle - 0.5, y(candle.high), 1, Math.max(1, y(candle.low) - y(candle.high)));
      const [upper, lower] = [y(Math.max(candle.open, candle.close)), y(Math.min(candle.open, candle.close))];
      context.fillRect(middle - body / 2, upper, body, Math.max(1, lower - upper));
      if (candle.close < candle.open || body < 4 || lower - upper < 3) continue; // a rising one is hollow
      context.fillStyle = card;
      context.fillRect(middle - body / 2 + 1, upper + 1, body - 2, lower - upper - 2);
    }
  }

  // A triangle where it was entered, pointing the way of the position, a square where it was left.
  function drawTrade(context, t, i, x, y) {
    const color = theme.color(t.pnl[i] > 0 ? "gain" : "loss");
    const [x0, y0, x1, y1] = [x(t.entry_bar[i] + 0.5), y(t.entry_price[i]), x(t.exit_bar[i] + 0.5), y(t.exit_price[i])];
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = i === current ? 2.5 : 1.4;
    context.setLineDash([5, 3]);
    context.beginPath(); context.moveTo(x0, y0); context.lineTo(x1, y1); context.stroke();
    context.setLineDash([]);
    const size = i === current ? 8 : 6, way = t.is_long[i] ? -1 : 1;
    context.beginPath();
    context.moveTo(x0, y0 + way * size); context.lineTo(x0 - size * 0.85, y0 - way * size * 0.7); context.lineTo(x0 + size * 0.85, y0 - way * size * 0.7);
    context.closePath(); context.fill();
    context.strokeStyle = theme.color("card"); context.lineWidth = 1; context.stroke();
    context.fillRect(x1 - size / 2, y1 - size / 2, size, size);
    context.strokeRect(x1 - size / 2, y1 - size / 2, size, size);
  }

  // Too many trades to draw: a tick for each, below the candles.
  function drawDensity(context, shown, x, floor) {
    const t = trades();
    for (const i of shown) {
      context.fillStyle = theme.color(t.pnl[i] > 0 ? "gain" : "loss");
      context.globalAlpha = 0.5;
      context.fillRect(x(t.entry_bar[i]), floor - (t.is_long[i] ? 10 : 5), 1, 5);
    }
    context.globalAlpha = 1;
  }

  const tradeText = (t, i) =>
    `${t.is_long[i] ? "Long" : "Short"} ${grouped(i + 1)} of ${grouped(t.count)}: ${t.pnl[i] > 0 ? "+" : ""}${grouped(t.pnl[i], 2)} (${t.reason[i]})\nin  ${source.hasTime ? dateText(t.entry_time[i], true) : "bar " + t.entry_bar[i]} at ${priceText(t.entry_price[i], t.entry_price[0])}\nout ${source.hasTime ? dateText(t.exit_time[i], true) : "bar " + t.exit_bar[i]} at ${priceText(t.exit_price[i], t.entry_price[0])}`;

  function goToTrade(step) {
    const t = trades();
    if (t.count === 0) return;
    current = current < 0 ? (step > 0 ? 0 : t.count - 1) : (current + step + t.count) % t.count;
    showTrade(current);
  }

  function showTrade(i) {
    const t = trades();
    current = i;
    const around = Math.max(25, Math.min(t.exit_bar[i] - t.entry_bar[i], 400) * 0.6);
    setView(t.entry_bar[i] - around, t.exit_bar[i] + around);
    told.textContent = tradeText(t, i);
  }

  const canvas = makeCanvas((width) => (width < 500 ? 300 : 400), draw, { tabindex: "0" });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return; // scrolling the page comes first
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / drawn.wide);
  }, { passive: false });
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, view: [...view] }; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointerup", () => { drag = null; });
  canvas.addEventListener("pointercancel", () => { drag = null; });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    if (drag) {
      tooltip.hide();
      const shift = ((drag.x - event.clientX) / drawn.wide) * (drag.view[1] - drag.view[0]);
      setView(drag.view[0] + shift, drag.view[1] + shift);
      return;
    }
    const bar = view[0] + ((event.clientX - canvas.getBoundingClientRect().left) / drawn.wide) * (view[1] - view[0]);
    const candle = drawn.candles.find((c) => bar >= c.bar && bar < c.bar + c.bars);
    const t = trades();
    const i = visibleTrades().find((k) => bar >= t.entry_bar[k] && bar <= t.exit_bar[k] + 1);
    if (!candle) return tooltip.hide();
    const price = (value) => priceText(value, candle.open);
    const lines = [`${timeOf(candle)}${candle.bars > 1 ? `, ${candle.bars} bars` : ""}`, `open ${price(candle.open)}  high ${price(candle.high)}`, `low ${price(candle.low)}  close ${price(candle.close)}`];
    if (i !== undefined && view[1] - view[0] < 3000) lines.push("", tradeText(t, i));
    tooltip.show(event.clientX, event.clientY, lines.join("\n"));
  });
  canvas.addEventListener("pointerleave", tooltip.hide);
  canvas.addEventListener("keydown", (event) => {
    const span = view[1] - view[0];
    const actions = {
      ArrowLeft: () => setView(view[0] - span / 5, view[1] - span / 5), ArrowRight: () => setView(view[0] + span / 5, view[1] + span / 5),
      "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1.6), Home: () => setView(0, source.bars),
      n: () => goToTrade(1), p: () => goToTrade(-1),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  return { canvas, zoom, goToTrade, showTrade, all: () => setView(0, source.bars), forgetTrade: () => { current = -1; canvas.redraw(); } };
}
