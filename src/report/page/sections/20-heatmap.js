"use strict";
// Any metric over any two parameters; the others at best, in the mean, or at chosen values.

declareSection({
  place: 20, id: "heatmap", title: "Parameters",
  draw(body) {
    const part = readPart("heatmap");
    const axes = part.axes;
    if (axes.length === 0) return sayAbsent(body, "The sweep varies no parameter: there is one scenario. Give [space] entries such as fast = { from = 5, to = 50, step = 5 }.");
    const best = bestRow();
    const cellOf = (axis, value) => Math.max(0, axis.edges.findLastIndex((edge) => edge <= value));
    const bestCells = best === null ? null : axes.map((axis) => cellOf(axis, table.parameter(best, axis.parameter)));
    const bySize = axes.map((_, i) => i).sort((a, b) => axes[b].edges.length - axes[a].edges.length || a - b);
    const state = { metric: run.by, across: bySize[0], up: axes.length > 1 ? bySize[1] : null, how: "best", at: bestCells ? [...bestCells] : axes.map(() => 0) };

    const cube = part.cube ? { metrics: part.cube.metrics, values: unpack("f32", part.cube.best) } : null;
    const cubeCells = axes.reduce((cells, axis) => cells * axis.edges.length, 1);
    const unpacked = new Map();
    const pairArray = (pair, how) => {
      const key = part.pairs.indexOf(pair) + how;
      if (!unpacked.has(key)) unpacked.set(key, unpack("f32", pair[how]));
      return unpacked.get(key);
    };

    // Of the state: values [up][across].
    function cellValues() {
      const { metric, across, up } = state;
      const columns = axes[across].edges.length, rows = up === null ? 1 : axes[up].edges.length;
      const out = new Float32Array(columns * rows).fill(NaN);
      if (state.how === "chosen") {
        const layer = cube.metrics.indexOf(metric) * cubeCells;
        const cells = [...state.at];
        for (let row = 0; row < rows; ++row)
          for (let column = 0; column < columns; ++column) {
            cells[across] = column;
            if (up !== null) cells[up] = row;
            out[row * columns + column] = cube.values[layer + cells.reduce((at, cell, i) => at * axes[i].edges.length + cell, 0)];
          }
        return out;
      }
      const pair = part.pairs.find((p) => up === null || (p.a === Math.min(across, up) && p.b === Math.max(across, up)));
      const values = pairArray(pair, state.how).subarray(metric * columns * rows, (metric + 1) * columns * rows);
      if (up === null) return values;
      for (let row = 0; row < rows; ++row)
        for (let column = 0; column < columns; ++column)
          out[row * columns + column] = across < up ? values[column * rows + row] : values[row * columns + column];
      return out;
    }

    const told = makeLive();
    let view = null;
    const canvas = makeHeatCanvas(() => view, told);
    const keyPlace = make("div", { class: "chart" });
    const others = make("div", { class: "controls" });
    const note = make("p", { class: "note" });
    const controls = make("div", { class: "controls" });
    const canChoose = () => axes.length > 2 && cube !== null && cube.metrics.includes(state.metric);

    function drawControls() {
      const parameters = axes.map((axis, i) => [i, axis.name]);
      const pick = (name) => (value) => {
        const other = name === "across" ? "up" : "across";
        if (state[other] === Number(value)) state[other] = state[name];
        state[name] = Number(value);
        update();
      };
      const hows = [["best", "at their best"], ["mean", "in the mean"]];
      if (canChoose()) hows.push(["chosen", "at chosen values"]);
      const focused = controls.contains(document.activeElement) ? document.activeElement.closest("label")?.firstChild.textContent : null;
      controls.replaceChildren(
        makeSelect("Metric", metrics.map((metric, i) => [i, metric.name]), state.metric, (value) => { state.metric = Number(value); update(); }),
        makeSelect(axes.length > 1 ? "Across" : "Parameter", parameters, state.across, pick("across")),
        ...(axes.length > 1 ? [makeSelect("Up", parameters, state.up, pick("up"))] : []),
        ...(axes.length > 2 ? [makeSelect("Other parameters", hows, state.how, (value) => { state.how = value; update(); })] : []));
      if (focused) [...controls.querySelectorAll("label")].find((label) => label.firstChild.textContent === focused)?.querySelector("select").focus();
    }

    function drawOthers() {
      others.replaceChildren(...(state.how !== "chosen" ? [] : axes.map((axis, i) => i === state.across || i === state.up ? null :
        makeSelect(axis.name, axisTexts(axis).map((text, cell) => [cell, text]), state.at[i], (value) => { state.at[i] = Number(value); update(); })).filter(Boolean)));
      others.hidden = others.children.length === 0;
    }

    function noteText() {
      const metric = metrics[state.metric];
      const better = metric.higher_is_better ? "largest" : "smallest";
      const sentences = [];
      if (ofFolds && (axes.length <= 2 || state.how === "best")) sentences.push(`Each cell has the ${better} ${metric.name} that its scenarios have in any training.`);
      else if (axes.length <= 2) sentences.push(axes.every((axis) => axis.single_values) ? "Each cell is one scenario." : `Each cell has the ${better} value of the scenarios in it.`);
      else if (state.how === "best") sentences.push(`Each cell has the ${better} ${metric.name} over all values of the other parameters.`);
      else if (state.how === "mean") sentences.push(`Each cell has the mean ${metric.name} over all values of the other parameters${ofFolds ? " and all trainings" : ""}.`);
      else sentences.push(`Each cell has the ${metric.name} with the other parameters at the values above, at first those of the best scenario.`);
      if (view.marked) sentences.push("The frame is around the best scenario.");
      if (axes.length > 2 && !canChoose()) sentences.push(cube === null ? "There are too many combinations to show the others at chosen values; sweep with fewer, for example with --set space.NAME=VALUE." : `Chosen values of the others are in this page for ${cube.metrics.map((i) => metrics[i].name).join(", ")}.`);
      return sentences.join(" ");
    }

    function update() {
      if (state.how === "chosen" && !canChoose()) state.how = "best";
      const onShown = state.how !== "chosen" || axes.every((_, i) => i === state.across || i === state.up || (bestCells && bestCells[i] === state.at[i]));
      view = {
        metric: metrics[state.metric], across: axes[state.across], up: state.up === null ? null : axes[state.up], values: cellValues(),
        marked: bestCells && onShown ? [bestCells[state.across], state.up === null ? 0 : bestCells[state.up]] : null,
      };
      canvas.forgetCursor();
      canvas.setAttribute("aria-label", `${view.metric.name} over ${view.across.name}${view.up ? ` and ${view.up.name}` : ""}. Arrow keys read the cells.`);
      drawControls();
      drawOthers();
      canvas.redraw();
      keyPlace.replaceChildren(makeColorKey(view.metric, view.values));
      note.textContent = noteText();
    }

    body.append(controls, others, make("div", { class: "chart" }, canvas), keyPlace, note, told);
    update();
  },
});
