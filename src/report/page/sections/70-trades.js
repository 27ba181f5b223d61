"use strict";
// How the trades of a scenario are spread, and all of them.

declareSection({
  place: 70, id: "trades", title: "Trades", ofScenarios: true,
  draw(body) {
    if (!haveScenarios(body)) return;
    const place = make("div");
    const hasTime = chosen.part.has_time;

    function profitChart(t) {
      const sorted = Array.from(t.pnl).sort((a, b) => a - b);
      const reach = Math.max(Math.abs(sorted[Math.floor(0.01 * (sorted.length - 1))]), Math.abs(sorted[Math.ceil(0.99 * (sorted.length - 1))])) || 1;
      const bins = sorted.length > 60 ? 40 : 20, wide = (2 * reach) / bins;
      const bars = countInto(sorted, -reach, reach, bins).map((count, i) => ({ count, kind: i < bins / 2 ? "loss" : "gain", text: `${grouped(-reach + i * wide, 2)} to ${grouped(-reach + (i + 1) * wide, 2)}\n${plural(count, "trade")}` }));
      const ticks = niceTicks(-reach, reach, 5).filter((tick) => Math.abs(tick) <= reach), texts = tickTexts(ticks);
      return make("figure", {}, make("figcaption", {}, "Profit of a trade, net of fees"), makeBarChart({ bars, ticks: ticks.map((tick, i) => [(tick + reach) / (2 * reach), texts[i]]), label: `Histogram of the profits of ${plural(t.count, "trade")}, from ${grouped(sorted[0], 2)} to ${grouped(sorted[sorted.length - 1], 2)}` }));
    }

    // Ranges that double, as times do.
    function holdChart(t) {
      const held = Array.from(t.exit_bar, (bar, i) => bar - t.entry_bar[i]);
      const most = Math.max(1, ...held), edges = [0, 1];
      while (edges[edges.length - 1] <= most) edges.push(edges.length < 3 ? edges.length : Math.ceil(edges[edges.length - 1] * 1.5));
      const bars = edges.slice(0, -1).map((from, i) => {
        const count = held.filter((value) => value >= from && value < edges[i + 1]).length;
        return { count, kind: "plain", text: `${edges[i + 1] - from === 1 ? plural(from, "bar") : `${grouped(from)} to ${grouped(edges[i + 1] - 1)} bars`}\n${plural(count, "trade")}` };
      });
      const every = Math.ceil(bars.length / 7);
      const ticks = bars.map((_, i) => [(i + 0.5) / bars.length, grouped(edges[i])]).filter((_, i) => i % every === 0);
      return make("figure", {}, make("figcaption", {}, "Bars from entry to exit"), makeBarChart({ bars, ticks, label: `Histogram of holding times, up to ${plural(most, "bar")}` }));
    }

    function groupsTable(t) {
      const groups = new Map();
      const add = (name, i) => { if (!groups.has(name)) groups.set(name, []); groups.get(name).push(i); };
      for (let i = 0; i < t.count; ++i) add(t.is_long[i] ? "long" : "short", i);
      for (let i = 0; i < t.count; ++i) add("left by " + t.reason[i], i);
      const rows = [...groups].map(([name, members]) => {
        const sum = members.reduce((total, i) => total + t.pnl[i], 0);
        return [name, grouped(members.length), percent(members.filter((i) => t.pnl[i] > 0).length / members.length), grouped(sum / members.length, 2), grouped(sum, 2)];
      });
      return makeTable(null, [{ title: "trades", text: true }, { title: "count" }, { title: "gained" }, { title: "mean profit" }, { title: "profit" }], rows);
    }

    function listOfTrades(t) {
      const time = (seconds, bar) => (hasTime ? dateText(seconds, true) : grouped(bar));
      const columns = [
        { title: "trade", isId: true, value: (i) => i + 1 },
        { title: "side", text: true, value: (i) => (t.is_long[i] ? "long" : "short") },
        { title: "entry", value: (i) => t.entry_bar[i], show: (i) => time(t.entry_time[i], t.entry_bar[i]) },
        { title: "exit", value: (i) => t.exit_bar[i], show: (i) => time(t.exit_time[i], t.exit_bar[i]) },
        { title: "bars", value: (i) => t.exit_bar[i] - t.entry_bar[i], show: (i) => grouped(t.exit_bar[i] - t.entry_bar[i]) },
        { title: "entry price", value: (i) => t.entry_price[i], show: (i) => priceText(t.entry_price[i], t.entry_price[0]) },
        { title: "exit price", value: (i) => t.exit_price[i], show: (i) => priceText(t.exit_price[i], t.entry_price[0]) },
        { title: "units", value: (i) => t.units[i], show: (i) => shortNumber(t.units[i]) },
        { title: "fees", value: (i) => t.fees[i], show: (i) => grouped(t.fees[i], 2) },
        { title: "profit", value: (i) => t.pnl[i], bestFirst: "descending", show: (i) => make("span", { class: t.pnl[i] > 0 ? "gain-text" : "loss-text" }, grouped(t.pnl[i], 2)) },
        { title: "reason", text: true, value: (i) => t.reason[i] },
      ];
      return makeSortedTable({ caption: t.count < t.total ? `The first ${grouped(t.count)} of ${plural(t.total, "trade")}` : plural(t.count, "trade"), columns, rows: t.count, sorted: { column: columns[0], direction: "ascending" }, pageSize: 10, example: "profit < -100 and stop" });
    }

    const draw = () => {
      const t = chosen.trades();
      place.replaceChildren();
      if (t.count === 0) return sayAbsent(place, "This scenario closed no trade.");
      place.append(make("div", { class: "two" }, profitChart(t), holdChart(t)), make("h3", {}, "By side and reason"), groupsTable(t), make("h3", {}, "One by one"), listOfTrades(t));
    };
    chosen.onChange(draw);
    body.append(make("div", { class: "controls" }, makeScenarioSelect()), place);
    draw();
  },
});
