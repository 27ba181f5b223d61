"use strict";
// How much of the best is the luck of having tried so many: overfitting.json.

declareSection({
  place: 84, id: "overfitting", title: "Overfitting",
  draw(body) {
    const part = readPart("overfitting");
    if (!part) return sayAbsent(body, "How likely it is that the best of so many tries is luck:", threadx("overfitting"));
    appendAnyData(body, part);
  },
});
