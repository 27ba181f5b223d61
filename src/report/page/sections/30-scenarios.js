"use strict";
// The ranked scenarios.

declareSection({
  place: 30, id: "scenarios", title: "Scenarios",
  draw(body) {
    const shown = new Set([byMetric.name, "sharpe", "total_return", "max_drawdown", "profit_factor", "win_rate", "trades", "final_equity"]);
    const swept = new Set(heatAxes.map((axis) => axis.parameter));
    const columns = [{ title: "scenario", isId: true, value: table.scenario, show: (row) => grouped(table.scenario(row)) }];
    if (table.anyNotOk) columns.push({ title: "status", text: true, value: table.status });
    run.parameters.forEach((name, i) => columns.push({ title: name, value: (row) => table.parameter(row, i), show: (row) => shortNumber(table.parameter(row, i)), hidden: !swept.has(i) && !(ofFolds && name === "fold"), help: name === "fold" && ofFolds ? "whose training" : "parameter" }));
    const byFirst = [byMetric, ...metrics.filter((metric) => metric !== byMetric)];
    byFirst.forEach((metric) => {
      const i = metrics.indexOf(metric);
      columns.push({
      title: metric.name, help: metric.help, value: (row) => table.metric(row, i), show: (row) => metricText(metric, table.metric(row, i)),
      hidden: !shown.has(metric.name), bestFirst: metric.higher_is_better ? "descending" : "ascending",
      });
    });
    const by = columns.find((column) => column.title === byMetric.name && column.bestFirst);
    const rowWord = ofFolds ? "row" : "scenario";
    const complete = table.count === table.rowsOfRun;
    const list = makeSortedTable({
      columns, rows: table.count, sorted: { column: by, direction: by.bestFirst },
      caption: complete ? `All ${plural(table.count, rowWord)} of the run${ofFolds ? ": each scenario in each training" : ""}` : `${grouped(table.count)} of ${plural(table.rowsOfRun, rowWord)}`,
      example: `${byMetric.name} > 0.5 and trades >= 100`,
    });
    const chooser = make("details", { class: "on-screen" }, make("summary", {}, "Columns"),
      make("div", { class: "columns" }, columns.slice(1).map((column) => make("label", {},
        make("input", { type: "checkbox", checked: !column.hidden, onchange: (event) => { column.hidden = !event.target.checked; list.redraw(); } }), column.title))));
    body.append(chooser, list);
    const all = make("p", { class: "note" });
    if (!complete) all.append(`Here are the best by ${byMetric.name}, and the best ${table.bestOfEach} by every other metric, so that the first ${table.bestOfEach} places are right however you sort. `);
    all.append("All rows as CSV: ", make("code", {}, threadx("show") + " --all --format csv"), "; with SQL, in ", make("code", {}, "rows.sqlite"), " beside the manifest.");
    body.append(all);
  },
});
