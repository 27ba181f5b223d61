"use strict";
// What the devices did while the run went on: load, memory, temperature, power, as far as the machine tells.

// name, what of a device's series it is, unit.
const loadCharts = [
  ["Load", (series) => series.load_percent || series.utilization_percent, "%"],
  ["Memory in use", (series) => series.memory_used_bytes && series.memory_used_bytes.map((used, i) => (used === null ? null : (100 * used) / series.memory_total_bytes[i])), "%"],
  ["Temperature", (series) => series.temperature_celsius, "°C"],
  ["Power", (series) => series.power_watts, "W"],
];

function loadChart([name, choose, unit], machine) {
  const series = machine.devices
    .map((device, i) => ({ name: device.device, color: `series-${1 + (i % 5)}`, values: choose(device.series) }))
    .filter((line) => line.values)
    .map((line) => ({ ...line, points: machine.elapsed_seconds.map((time, k) => [time, line.values[k]]) }));
  if (series.length === 0) return [];
  const text = (value) => `${shortNumber(value)} ${unit}`;
  return [
    make("h3", {}, name),
    makeLineChart({ series, xLabel: "seconds of the run", yText: text, height: 200, label: `${name} of ${series.map((line) => line.name).join(", ")} during the run` }),
    makeLineKey(series),
  ];
}

declareSection({
  place: 92, id: "load", title: "Load, temperature and power",
  draw(body) {
    const watched = (run.manifest.sessions || []).filter((session) => session.machine && session.machine.elapsed_seconds.length > 0);
    if (watched.length === 0) return sayAbsent(body, "Runs are watched from half a second on; this one was shorter.");
    const told = (value, unit) => (Number.isFinite(value) ? `${shortNumber(value)} ${unit}` : "–");
    for (const { machine, started } of watched) {
      const rows = machine.devices.map((device) => [
        device.name ? `${device.device}, ${device.name}` : device.device,
        told(device.mean.load_percent ?? device.mean.utilization_percent, "%"),
        told(device.max.temperature_celsius, "°C"), told(device.mean.power_watts, "W"), told(device.energy_joules, "J"),
        told(device.joules_per_million_bar_scenarios, "J"),
      ]);
      const columns = ["device", "load, mean", "temperature, highest", "power, mean", "energy", "energy a million bars × scenarios"];
      body.append(
        watched.length > 1 ? make("h3", {}, `Session of ${started}`) : "",
        makeTable(`${plural(machine.samples, "sample")}, each of which took ${secondsText(machine.sample_cost_seconds)}`, columns.map((title, i) => ({ title, text: i === 0 })), rows),
        ...loadCharts.flatMap((chart) => loadChart(chart, machine)));
      if (machine.devices.length === 1) body.append(make("p", { class: "note" }, "Graphics cards are shown where NVIDIA's driver tells of them."));
    }
  },
});
