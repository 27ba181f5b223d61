"use strict";
// How much of the best is the luck of having tried so many: overfitting.json.

declareSection({
  place: 84, id: "overfitting", title: "Overfitting",
  draw(body) {
    const part = readPart("overfitting");
    if (!part) return sayAbsent(body, "How likely it is that the best of so many tries is luck, is computed at the end of a sweep that keeps sums of returns over blocks of time:", "threadx sweep FILE.toml --set analysis.blocks=16");
    if (!part.sharpe || !part.trials) return appendAnyData(body, part); // nothing was traded, or of another version
    const number = (value) => (value === null || value === undefined ? NaN : value);
    const cross = part.cross_validation, check = part.reality_check;
    const marks = { good: "✓", doubt: "!", bad: "✕" };
    body.append(make("ul", { class: "sentences" }, make("li", { class: part.tone }, make("span", { class: "mark", "aria-hidden": "true" }, marks[part.tone] || "i"), make("span", {}, part.verdict + "."))));
    const facts = [
      ["Sharpe of the best", grouped(number(part.best.sharpe), 2), "a year's"],
      ["expected from luck", grouped(number(part.sharpe.expected_from_luck), 2), "the best Sharpe ratio of as many tries without skill"],
      ["deflated Sharpe", percent(number(part.sharpe.deflated), 0), "the probability that the true ratio is positive, given that the best was chosen"],
      ["trials, effective", `${grouped(part.trials.count)}, ${grouped(Math.round(number(part.trials.effective)))}`, "scenarios that traded, and how many independent ones they amount to"],
      ["overfitting (PBO)", cross ? percent(number(cross.overfitting_probability), 0) : null, "how often what is best in one half of the time is below the median in the other"],
      ["loss out of sample", cross ? percent(number(cross.loss_probability), 0) : null, "how often it loses there"],
      ["reality check, p", check ? grouped(number(check.white), 3) : null, "White 2000: the probability of such a best mean return without skill"],
      ["superior ability, p", check ? grouped(number(check.superior_ability), 3) : null, "Hansen 2005, of Sharpe ratios"],
    ];
    body.append(make("dl", { class: "facts", style: "margin-top: 1rem" }, facts.filter(([, text]) => text).map(([term, text, help]) => make("div", { title: help }, make("dt", {}, term), make("dd", {}, text)))));
    if (cross) body.append(make("div", { class: "two" }, logitChart(cross), chosenChart(cross)));
    body.append(makePairs([
      ["Years it takes to be 95 % sure of the best", shortNumber(number(part.sharpe.track_record_years))],
      ["Years below which so many tries reach it by luck", shortNumber(number(part.sharpe.backtest_years))],
      ["Mean correlation of the trials", shortNumber(number(part.trials.average_correlation))],
    ]));

    function logitChart({ logits, splits }) {
      const { edges, counts } = logits;
      const [low, high] = [edges[0], edges[edges.length - 1]];
      const bars = counts.map((count, i) => ({ count, kind: (edges[i] + edges[i + 1]) / 2 > 0 ? "gain" : "loss", text: `logit ${shortNumber(edges[i])} to ${shortNumber(edges[i + 1])}\n${plural(count, "split")}` }));
      const ticks = niceTicks(low, high, 6).map((tick) => [(tick - low) / (high - low), shortNumber(tick)]);
      return make("figure", {}, make("figcaption", {}, "Rank, in one half of the time, of what is best in the other"),
        makeBarChart({ bars, ticks, label: `Histogram of the logits of ${plural(splits, "split")}; left of 0 the chosen one is below the median` }),
        make("p", { class: "note" }, `Logits of ${plural(splits, "split")}: left of 0 the chosen one is below the median.`));
    }

    function chosenChart({ chosen: points, degradation }) {
      const xs = points.map(([inside]) => inside);
      const ends = [Math.min(...xs), Math.max(...xs)];
      const series = [{ name: "chosen", points, color: "series-1", dots: true, noLine: true }];
      if (degradation && Number.isFinite(number(degradation.slope))) series.push({ name: "trend", color: "series-2", points: ends.map((x) => [x, degradation.intercept + degradation.slope * x]) });
      return make("figure", {}, make("figcaption", {}, "Sharpe of the chosen: in the sample, and out of it"),
        makeLineChart({ series, level: 0, xLabel: "in the sample", yText: (v) => grouped(v, 2), label: "Sharpe ratios of the chosen scenarios in the sample and out of it" }),
        make("p", { class: "note" }, "Falling to the right: the better in the sample, the worse out of it."));
    }
  },
});
