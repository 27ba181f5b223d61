"use strict";
// Puts the page together: the summary at once, the others as soon as the browser has a moment.

function drawHeader() {
  const data = run.manifest.data;
  const facts = [data.file.split("/").pop(), plural(data.bars, "bar"), data.first ? `${data.first.slice(0, 10)} to ${data.last.slice(0, 10)}` : null, ofFolds ? `${plural(run.scenarios, "scenario")} in ${plural(run.folds, "fold")}` : plural(run.rows.total, "scenario")];
  document.getElementById("top").append(
    make("div", {},
      make("h1", {}, `${run.strategy.name}: ${run.name}`),
      run.strategy.description ? make("p", { class: "muted" }, run.strategy.description) : "",
      make("p", { class: "note" }, facts.filter(Boolean).join(" · "))),
    makeThemeButton());
}

function drawSection(section, body) {
  try {
    section.draw(body);
  } catch (error) { // one section's fault is not the page's
    body.append(make("p", { class: "muted" }, `This part could not be drawn: ${error.message}`));
    console.error(section.id, error);
  }
}

(() => {
  drawHeader();
  sections.sort((a, b) => a.place - b.place);
  const list = make("ul");
  const waiting = [];
  for (const section of sections) {
    list.append(make("li", {}, make("a", { href: "#" + section.id }, section.title)));
    const body = make("section", { id: section.id, "aria-labelledby": section.id + "-title" }, make("h2", { id: section.id + "-title" }, section.title));
    document.getElementById("sections").append(body);
    waiting.push(() => drawSection(section, body));
  }
  document.getElementById("contents").append(list);
  const drawNext = () => {
    const next = waiting.shift();
    if (next) next();
    if (waiting.length > 0) return setTimeout(drawNext);
    document.documentElement.dataset.ready = String(Math.round(performance.now())); // ms since it was opened
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  drawNext();
  addEventListener("beforeprint", () => { while (waiting.length > 0) waiting.shift()(); });
})();
