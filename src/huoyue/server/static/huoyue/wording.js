// The editor of the wording: a click on a name inserts it where the cursor is; a word finds among the names.
"use strict";
(() => {
  const text = document.getElementById("text"), list = document.querySelector(".offers");
  if (!text || !list) return;
  const put = (from, to, what) => text.setRangeText(what, from, to, "end");
  // tables and figures are printed by macros, which a section takes in on its first line
  const take = (macro, lang) => {
    const known = new RegExp(`{%-?\\s*from[^%]*import[^%]*\\b${macro}\\b[^%]*%}`);
    if (known.test(text.value)) return;
    const line = `{% from "${lang}/blocks.md.j2" import ${macro} %}\n`;
    const { selectionStart, selectionEnd } = text;
    put(0, 0, line);
    text.setSelectionRange(selectionStart + line.length, selectionEnd + line.length);
  };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const needs = button.dataset.needs;
    if (needs) take(needs, button.dataset.lang);
    put(text.selectionStart, text.selectionEnd, needs ? `\n\n${button.dataset.insert}\n\n` : button.dataset.insert);
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const field = list.querySelector("[data-find]"), find = field.querySelector("input");
  field.hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const offer of list.querySelectorAll("[data-offer]")) {
      offer.hidden = wanted !== "" && !offer.textContent.toLowerCase().includes(wanted);
    }
    for (const group of list.querySelectorAll("details")) {
      const shown = [...group.querySelectorAll("[data-offer]")].some((offer) => !offer.hidden);
      group.hidden = !shown;
      group.open = wanted !== "" && shown;
    }
  });
})();
