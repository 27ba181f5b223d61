"use strict";
// The rows that the page holds, and the scenarios whose curves and trades it has.

const table = (() => {
  const part = readPart("table");
  const scenario = unpack("f64", part.scenario);
  const status = unpack("u8", part.status);
  const parameters = unpack("f64", part.parameters);
  const values = unpack("f32", part.metrics);
  return {
    count: part.count, rowsOfRun: part.rows_of_run, bestOfEach: part.best_of_each_metric,
    scenario: (row) => (ofFolds ? Math.floor(scenario[row] / run.folds) : scenario[row]),
    status: (row) => ["ok", "ruined", "invalid"][status[row]],
    anyNotOk: status.some((s) => s !== 0),
    parameter: (row, i) => parameters[row * run.parameters.length + i],
    metric: (row, i) => values[row * metrics.length + i],
    rowOf: (id) => scenario.indexOf(id),
  };
})();

// Rows come in the order of their rank.
const bestRow = () => (table.count > 0 && table.status(0) !== "invalid" ? 0 : null);

const heatAxes = readPart("heatmap").axes;

// "fast = 35, slow = 200": the swept parameters of a row.
const parametersText = (row) => heatAxes.map((axis) => `${axis.name} = ${shortNumber(table.parameter(row, axis.parameter))}`).join(", ");

// The scenario whose trades and months are shown: one for all sections.
const chosen = (() => {
  const part = readPart("scenarios");
  const list = part ? part.scenarios : [];
  const listeners = [];
  let index = 0;
  const cache = new Map();
  const types = { entry_bar: "u32", exit_bar: "u32", entry_time: "f64", exit_time: "f64", entry_price: "f32", exit_price: "f32", units: "f32", pnl: "f32", fees: "f32", is_long: "u8" };
  return {
    part, list,
    index: () => index,
    scenario: () => list[index],
    name: (i) => `#${i + 1}: scenario ${grouped(list[i].scenario)}`,
    title: (i) => { const row = table.rowOf(list[i].scenario); return row >= 0 ? `${chosen.name(i)} (${parametersText(row)})` : chosen.name(i); },
    trades(i = index) {
      if (!cache.has(i)) {
        const packed = list[i].trades;
        const out = { total: packed.total, count: packed.count, reason: packed.reason };
        for (const [name, type] of Object.entries(types)) out[name] = unpack(type, packed[name]);
        cache.set(i, out);
      }
      return cache.get(i);
    },
    choose(i) { index = i; listeners.forEach((listener) => listener()); },
    onChange: (listener) => listeners.push(listener),
  };
})();

// A picker that all sections share: each shows what was chosen in any.
function makeScenarioSelect() {
  const label = makeSelect("Scenario", chosen.list.map((_, i) => [i, chosen.title(i)]), chosen.index(), (i) => chosen.choose(Number(i)));
  const select = label.querySelector("select");
  chosen.onChange(() => { select.value = String(chosen.index()); });
  return label;
}

// Sections about single scenarios begin with this: true if there are any, else it says why not.
function haveScenarios(body) {
  if (chosen.list.length > 0) return true;
  sayAbsent(body, chosen.part ? "No scenario could be run." : "This needs the bars that the run was made of, which were not there, or were others, when the report was made (see the summary). Bring them back and make it again:", chosen.part ? "" : threadx("report"));
  return false;
}
