"use strict";
// Light and dark: the system's choice until the reader makes one. Charts are drawn again when it changes.

const theme = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let choice = "auto";
  const wanted = () => (choice === "auto" ? (dark.matches ? "dark" : "light") : choice);
  const apply = (name) => {
    if (document.documentElement.dataset.theme === name) return;
    document.documentElement.dataset.theme = name;
    listeners.forEach((listener) => listener());
  };
  dark.addEventListener("change", () => apply(wanted()));
  addEventListener("beforeprint", () => apply("light"));
  addEventListener("afterprint", () => apply(wanted()));
  apply(wanted());
  return {
    onChange: (listener) => listeners.push(listener),
    choose(name) { choice = name; apply(wanted()); },
    choice: () => choice,
    color: (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(),
  };
})();

// Light, dark and back to the system's.
function makeThemeButton() {
  const names = { auto: "◐ System", light: "○ Light", dark: "● Dark" };
  const order = ["auto", "light", "dark"];
  const button = makeButton(names.auto, () => {
    theme.choose(order[(order.indexOf(theme.choice()) + 1) % order.length]);
    button.textContent = names[theme.choice()];
    button.setAttribute("aria-label", `Colours: ${theme.choice() === "auto" ? "those of the system" : theme.choice()}`);
  }, { id: "theme", "aria-label": "Colours: those of the system" });
  return button;
}
