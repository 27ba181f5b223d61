"use strict";
// What becomes of the best when the past is shaken: robustness.json.

declareSection({
  place: 82, id: "robustness", title: "Robustness",
  draw(body) {
    const part = readPart("robustness");
    if (!part) return sayAbsent(body, "How the best scenarios fare with other orders of trades, other bars and other costs:", threadx("robustness"));
    appendAnyData(body, part);
  },
});
