"use strict";
// The sections of the page. Each file in sections/ declares one; adding a file adds a section.

const sections = [];

// { place, id, title, ofScenarios, draw(body) }: `place` orders them, `draw` fills the section, and is called once. What
// is of single scenarios over all bars (`ofScenarios`) is not in the report of a walk-forward.
function declareSection(section) { if (!(section.ofScenarios && ofFolds)) sections.push(section); }

// One sentence in the place of what the report lacks, and how to get it.
function sayAbsent(body, text, command) {
  body.append(make("p", { class: "muted" }, text, command ? " " : "", command ? make("code", {}, command) : "", command ? "." : ""));
}

const threadx = (command) => `threadx ${command} ${/[^\w./-]/.test(run.directory) ? `"${run.directory}"` : run.directory}`;
