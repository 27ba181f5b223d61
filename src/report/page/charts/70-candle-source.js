"use strict";
// The candles of a report: the whole series at one coarseness, and single bars of some ranges.

function readCandles(part) {
  const unpackAll = (block) => ({ time: unpack("f64", block.time), open: unpack("f32", block.open), high: unpack("f32", block.high), low: unpack("f32", block.low), close: unpack("f32", block.close) });
  const whole = unpackAll(part.whole);
  const details = unpackAll(part.details);
  const step = part.bars_per_candle;
  const starts = []; // of each range in `details`
  part.ranges.reduce((at, [first, last]) => { starts.push(at); return at + last - first; }, 0);

  // The range of single bars that covers bars [from, to), or -1.
  const covering = (from, to) => part.ranges.findIndex(([first, last]) => first <= from && to <= last);

  // Of bars [from, to): at most `most` candles { bar, bars, time, open, high, low, close }, each of `bars` bars.
  function between(from, to, most) {
    from = Math.max(0, Math.floor(from));
    to = Math.min(part.bars, Math.ceil(to));
    const range = step > 1 ? covering(from, to) : -1;
    const source = range >= 0 ? details : whole;
    const unit = range >= 0 ? 1 : step;
    const offset = range >= 0 ? starts[range] - part.ranges[range][0] : 0;
    const first = range >= 0 ? from + offset : Math.floor(from / unit);
    const last = range >= 0 ? to + offset : Math.min(source.open.length, Math.ceil(to / unit));
    let group = 1;
    while ((last - first) / group > most) group = group < 2 ? 2 : Math.ceil(group * 1.5);
    const out = [];
    for (let i = first - (range >= 0 ? 0 : first % group); i < last; i += group) {
      const end = Math.min(i + group, last);
      const candle = { bar: range >= 0 ? i - offset : i * unit, bars: (end - i) * unit, time: source.time[i], open: source.open[i], high: -Infinity, low: Infinity, close: source.close[end - 1] };
      for (let k = i; k < end; ++k) {
        candle.high = Math.max(candle.high, source.high[k]);
        candle.low = Math.min(candle.low, source.low[k]);
      }
      out.push(candle);
    }
    return out;
  }

  return { bars: part.bars, step, hasTime: part.has_time, between };
}
