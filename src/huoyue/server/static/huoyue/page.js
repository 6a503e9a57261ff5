// What every page gains from scripts; without them the same buttons and links are there.
"use strict";
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.querySelector("button")?.classList.add("sr");
  form.addEventListener("change", () => form.requestSubmit());
}
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const clock of document.querySelectorAll("time[data-countdown]")) {
  const target = new Date(clock.dateTime).getTime();
  const skew = Date.now() - Number(clock.dataset.now) * 1000;
  const tell = () => {
    const left = Math.max(0, target - Date.now() + skew);
    const days = Math.floor(left / 864e5), hours = Math.floor(left / 36e5) % 24, minutes = Math.floor(left / 6e4) % 60;
    clock.textContent = clock.dataset.countdown
      .replace("{days}", days).replace("{hours}", hours).replace("{minutes}", minutes);
  };
  tell();
  setInterval(tell, 20000);
}
const narrow = window.matchMedia("(max-width: 60rem)");
const folded = () => {
  for (const list of document.querySelectorAll("details[data-narrow-closed]")) list.open = !narrow.matches;
};
folded();
narrow.addEventListener("change", folded);
const wired = (root) => {
  for (const button of root.querySelectorAll("[data-check-all]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...document.querySelectorAll(`input[name="${button.dataset.checkAll}"]:not(:disabled)`)];
      const on = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = on;
    });
  }
};
wired(document);
document.addEventListener("htmx:afterSettle", (event) => wired(event.target));
// What somebody may not see any more does not stay on the screen: a part that asks again by itself loads the page.
document.addEventListener("htmx:responseError", (event) => {
  if (event.target.matches?.("[data-live]")) location.reload();
});
// In tables with data-keys, j/k or the arrows go up and down; Enter opens the link that has the focus.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const table = document.querySelector("table[data-keys]");
  if (!step || !table) return;
  const rows = [...table.tBodies[0].rows];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = rows[at + step];
  if (!next) return;
  event.preventDefault();
  rows[at]?.removeAttribute("aria-selected");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus();
});
// Links and buttons with data-key answer to that key.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.tagName === "TEXTAREA" || target.tagName === "INPUT" ? target.focus() : target.click(); }
});
