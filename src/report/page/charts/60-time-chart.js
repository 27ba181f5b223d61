"use strict";
// Curves over time: dygraphs, in the page's colours.

// curves: [{ name, color, values, dashed, hidden }], times in seconds since 1970 (numbers of bars without `hasTime`).
// Charts of one `group` zoom together.
const timeChartGroups = new Map();

function makeTimeChart(options) {
  return typeof Dygraph === "undefined" ? makePlainTimeChart(options) : makeDygraph(options);
}

// For paper, and for pages that were made where there is no dygraphs: the curves that are visible, without zooming.
function drawPlainCurves(place, { times, hasTime, curves, yText, height, label }, visible) {
  const text = (time) => (hasTime ? dateText(time).slice(0, 7) : grouped(time));
  const series = curves.filter((_, i) => visible[i]).map((curve) => ({ ...curve, points: Array.from(times, (time, k) => [time, curve.values[k]]) }));
  place.replaceChildren(makeLineChart({ series, xText: text, yText, height: height * 0.7, label }));
}

function makePlainTimeChart(options) {
  const place = make("div", { class: "chart", role: "group", "aria-label": options.label });
  const visible = options.curves.map((curve) => !curve.hidden);
  const draw = () => drawPlainCurves(place, options, visible);
  const nothing = () => {};
  return { element: place, zoom: nothing, reset: nothing, logScale: nothing, start: draw, show: (index, on) => { visible[index] = on; draw(); } };
}

function makeDygraph(options) {
  const { times, hasTime, curves, yText, height, group, label } = options;
  const place = make("div", { class: "chart time-chart", style: `height: ${height}px`, role: "img", "aria-label": label });
  const paper = make("div", { class: "paper" }); // dygraphs' canvases do not fit themselves to it
  const rows = Array.from(times, (time, i) => [hasTime ? new Date(1000 * time) : time, ...curves.map((curve) => (Number.isFinite(curve.values[i]) ? curve.values[i] : null))]);
  const withTime = hasTime && times[times.length - 1] - times[0] < 86400 * 120;
  const colors = () => ({
    colors: curves.map((curve) => theme.color(curve.color)),
    gridLineColor: theme.color("line"),
    axisLineColor: theme.color("line-strong"),
  });
  const strokes = Object.fromEntries(curves.filter((curve) => curve.dashed).map((curve) => [curve.name, { strokePattern: [6, 4] }]));
  let graph = null;
  const members = timeChartGroups.get(group) || timeChartGroups.set(group, []).get(group);
  const draw = () => {
    graph = new Dygraph(place, rows, {
      labels: [hasTime ? "time" : "bar", ...curves.map((curve) => curve.name)],
      labelsUTC: true, legend: "follow", strokeWidth: 1.6,
      axisLabelFontSize: 12, xRangePad: 4, rightGap: 12, animatedZooms: false, drawGapEdgePoints: false,
      series: strokes, visibility: curves.map((curve) => !curve.hidden), highlightCircleSize: 3,
      axes: {
        y: { axisLabelFormatter: yText, valueFormatter: yText, axisLabelWidth: 62 },
        x: hasTime ? { valueFormatter: (ms) => dateText(ms / 1000, withTime) } : { axisLabelFormatter: grouped, valueFormatter: grouped },
      },
      zoomCallback: (from, to) => members.forEach((member) => { if (member !== handle) member.zoom(from, to); }),
      ...colors(),
    });
  };
  const handle = {
    element: make("div", {}, place, paper),
    zoom: (from, to) => graph && graph.updateOptions({ dateWindow: [from, to] }),
    reset: () => graph && graph.resetZoom(),
    show: (index, visible) => graph && graph.setVisibility(index, visible),
    logScale: (on) => graph && graph.updateOptions({ logscale: on }),
    start: () => { draw(); },
  };
  members.push(handle);
  theme.onChange(() => graph && graph.updateOptions(colors()));
  addEventListener("beforeprint", () => graph && drawPlainCurves(paper, options, graph.visibility()));
  new ResizeObserver(() => graph && graph.resize()).observe(place);
  return handle;
}
