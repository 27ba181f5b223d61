"use strict";
// Where the time went, and which device did what.

declareSection({
  place: 90, id: "machine", title: "Time and devices",
  draw(body) {
    const sessions = run.manifest.sessions || [];
    const ended = sessions.filter((session) => session.seconds !== undefined);
    if (ended.length === 0) return sayAbsent(body, "No session of the run has ended yet.");
    const phases = [
      ["drawing scenarios", "draw_seconds", "series-5"], ["columns and signals", "column_seconds", "series-3"],
      ["simulation", "simulation_seconds", "series-1"], ["metrics", "row_seconds", "series-4"],
    ];
    for (const session of ended) {
      const sums = phases.map(([name, key, color]) => ({ name, color, seconds: session[key] || 0 }));
      const all = sums.reduce((total, phase) => total + phase.seconds, 0) || 1;
      const work = session.rows * run.manifest.data.bars;
      body.append(
        ended.length > 1 ? make("h3", {}, `Session of ${session.started}`) : "",
        make("p", {}, `${plural(session.rows, "scenario")} in ${secondsText(session.seconds)}: ${grouped(work / session.seconds / 1e6)} million bars × scenarios a second. Reading the data took ${secondsText(session.read_seconds || 0)}, planning ${secondsText(session.plan_seconds || 0)}, storing ${secondsText(session.store_seconds || 0)} beside the rest.`),
        make("div", { class: "stack", role: "img", "aria-label": "Time of all threads: " + sums.map((phase) => `${phase.name} ${percent(phase.seconds / all, 0)}`).join(", ") },
          sums.map((phase) => make("span", { style: `flex: ${phase.seconds / all}; background: var(--${phase.color})`, title: `${phase.name}: ${secondsText(phase.seconds)}` }))),
        make("div", { class: "key" }, sums.map((phase) => make("span", {}, make("span", { class: "block", style: `background: var(--${phase.color})` }), `${phase.name} ${secondsText(phase.seconds)} (${percent(phase.seconds / all, 0)})`))),
        make("p", { class: "note" }, "Summed over threads."),
        makeTable("Devices", [{ title: "device", text: true }, { title: "what", text: true }, { title: "scenarios" }, { title: "share" }, { title: "columns" }, { title: "simulation" }],
          session.devices.map((device) => [device.device, device.name || `${device.workers} threads, ${device.instruction_set}`, grouped(device.scenarios || 0), percent((device.scenarios || 0) / (session.rows || 1), 1), secondsText(device.column_seconds || 0), secondsText(device.simulation_seconds || 0)])));
      if (session.balance) body.append(make("p", { class: "note" }, "Fixed shares: " + session.balance));
      if ((session.notes || []).length > 0) body.append(make("h3", {}, "Notes of the run"), make("ul", {}, session.notes.map((note) => make("li", {}, note))));
    }
  },
});
