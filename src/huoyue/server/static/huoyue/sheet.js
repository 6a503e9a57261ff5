// The score sheet: marks save themselves, keys lead through the indicators, the facts follow the indicator one is at.
"use strict";
(() => {
  const form = document.getElementById("sheet");
  const cards = [...form.querySelectorAll("[data-indicator]")];
  const facts = document.getElementById("facts");
  const id = (card) => card.dataset.indicator;
  const part = (card, name) => card.querySelector(`[name="${name}-${id(card)}"]`);
  const points = (card) => part(card, "p"), reason = (card) => part(card, "w"), take = (card) => part(card, "take");
  const number = (text) => {
    const plain = text.trim().normalize("NFKC").replace(/[,，。．]/g, ".");
    return plain === "" ? NaN : Number(plain);
  };
  const editable = Boolean(form.dataset.save);

  // ---- the facts of the indicator one is at
  let here = null;
  const at = (card) => {
    if (card === here) return;
    here?.removeAttribute("aria-current");
    here = card;
    card.setAttribute("aria-current", "true");
    const kinds = card.dataset.kinds.split(" ").filter(Boolean);
    for (const section of facts.querySelectorAll("[data-section]")) section.classList.toggle("looked", kinds.includes(section.dataset.section));
    for (const row of facts.querySelectorAll("[data-counts]")) row.classList.toggle("counts", row.dataset.counts.split(" ").includes(id(card)));
    const first = kinds.map((kind) => document.getElementById(`k-${kind}`)).find(Boolean);
    if (first && facts.scrollHeight > facts.clientHeight) facts.scrollTop = first.offsetTop - facts.offsetTop;
  };
  form.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-indicator]");
    if (card) at(card);
  });

  // ---- evidence in place
  const place = facts.querySelector("[data-shown]"), picture = facts.querySelector("[data-shown-picture]");
  let back = null;
  facts.addEventListener("click", (event) => {
    const link = event.target.closest("[data-preview]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    back = link;
    const name = link.closest(".file").querySelector("a").textContent;
    place.querySelector("[data-shown-name]").textContent = name;
    picture.alt = name;
    picture.src = link.href;
    const beside = link.closest("[data-section]");
    beside.after(place);
    place.hidden = false;
    place.querySelector("[data-shown-close]").focus();
    place.scrollIntoView({ block: "nearest" });
  });
  const close = () => {
    place.hidden = true;
    picture.removeAttribute("src");
    back?.focus();
  };
  facts.querySelector("[data-shown-close]").addEventListener("click", close);
  if (!editable) return;

  // ---- saving
  const shown = { total: form.querySelector("[data-total]"), marked: form.querySelector("[data-marked]") };
  const saving = window.savingByItself({
    form,
    all: () => cards,
    key: id,
    body: (card) => ({ indicator: id(card), points: points(card).value, reason: reason(card).value, taken: Boolean(take(card)?.checked), revision: Number(part(card, "rev").value) }),
    kept: (card) => ({ points: points(card).value, reason: reason(card).value, taken: Boolean(take(card)?.checked), revision: Number(part(card, "rev").value) }),
    waits: (card) => Boolean(card.dataset.clash),
    idle: () => false,
    saved: (card, said, last) => {
      part(card, "rev").value = said.revision;
      shown.total.textContent = said.total;
      shown.marked.textContent = said.marked;
      if (last) flaw(card, said.flaw);
    },
    clash: (card, said) => clash(card, said.current),
  });
  const flaw = (card, text) => {
    const told = card.querySelector("[data-flaw]");
    told.hidden = !text;
    told.textContent = text;
    if (text) points(card).setAttribute("aria-invalid", "true");
    else points(card).removeAttribute("aria-invalid");
    owed(card);
  };
  const owed = (card) => {
    const given = number(points(card).value), suggested = card.dataset.suggested;
    const far = suggested !== "" && !Number.isNaN(given) && Math.round(Math.abs(given - Number(suggested)) * 100) > Math.round(Number(form.dataset.beyond || 0) * 100);
    card.querySelector("[data-owed]").hidden = !far || Boolean(reason(card).value.trim());
    if (far) reason(card).setAttribute("aria-required", "true");
    else reason(card).removeAttribute("aria-required");
  };
  const changed = (card) => {
    owed(card);
    saving.changed(card);
  };
  form.addEventListener("input", (event) => {
    const card = event.target.closest("[data-indicator]");
    if (!card) return;
    if (event.target === take(card)) { if (take(card).checked) points(card).value = card.dataset.suggested; }
    else if (event.target === points(card) && take(card)) take(card).checked = false;
    changed(card);
  });
  form.addEventListener("focusout", (event) => {
    const card = event.target.closest("[data-indicator]");
    if (card && !card.contains(event.relatedTarget) && saving.state(card).dirty) saving.later(card, 50);
  });
  for (const button of form.querySelectorAll("[data-level]")) {
    button.hidden = false;
    button.nextElementSibling.hidden = true;
    button.addEventListener("click", () => {
      const card = button.closest("[data-indicator]");
      points(card).value = button.dataset.level;
      changed(card);
      points(card).focus();
    });
  }

  // ---- the same mark in two windows: both versions, and the choice
  const clash = (card, current) => {
    card.dataset.clash = "1";
    card.classList.add("elsewhere");
    const note = document.createElement("div");
    note.className = "note warn";
    note.dataset.theirs = "";
    note.append(saving.say("Theirs", { at: current.at, points: current.points || "–", reason: current.reason }));
    const choice = Object.assign(document.createElement("div"), { className: "row" });
    for (const [label, own] of [["Mine", true], ["Take", false]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: saving.say(label) });
      button.addEventListener("click", () => settle(card, current, own));
      choice.append(button);
    }
    note.append(choice);
    card.append(note);
    choice.firstChild.focus();
  };
  const settle = (card, current, own) => {
    card.querySelectorAll("[data-theirs]").forEach((note) => note.remove());
    card.classList.remove("elsewhere");
    delete card.dataset.clash;
    part(card, "rev").value = current.revision;
    if (!own) {
      points(card).value = current.points;
      reason(card).value = current.reason;
      if (take(card)) take(card).checked = current.taken;
    }
    owed(card);
    saving.settled(card, own);
    points(card).focus();
  };

  // ---- keys
  const HELD = "huoyue:sheet-keys";
  const keys = document.querySelector("[data-keys-on]"), help = document.querySelector("[data-help]");
  try { keys.checked = localStorage.getItem(HELD) !== "off"; } catch { /* they are on */ }
  keys.addEventListener("change", () => { try { localStorage.setItem(HELD, keys.checked ? "on" : "off"); } catch { /* for this page only */ } });
  const go = (card) => {
    if (!card) return;
    points(card).focus();
    points(card).select();
    card.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => go(here ? cards[cards.indexOf(here) + by] : cards[0]);
  const accept = () => {
    if (!here || !take(here)) return;
    points(here).value = here.dataset.suggested;
    take(here).checked = true;
    changed(here);
    step(1);
  };
  const lead = async (key) => {
    const link = document.querySelector(`a[data-key="${key}"]`);
    if (!link) return;
    saving.flush();
    for (let n = 0; saving.waiting() && n < 20; n += 1) await new Promise((done) => setTimeout(done, 100));
    link.click();
  };
  const toFacts = () => {
    const section = here && facts.querySelector(".looked");
    (section || facts).focus();
    (section || facts).scrollIntoView({ block: "nearest" });
  };
  const ACTS = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), a: accept, r: () => here && reason(here).focus(),
    e: toFacts, h: () => form.querySelector("button[value=submit]").focus(), n: () => lead("n"), p: () => lead("p"), "?": () => { help.open = !help.open; if (help.open) help.querySelector("summary").focus(); },
    Enter: () => (here && !points(here).value.trim() && take(here) ? accept() : step(1)),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target, inPoints = target.name?.startsWith("p-"), inText = target.closest("textarea, select, input");
    if (event.key === "Escape") {
      if (!place.hidden && facts.contains(target)) close();
      else if (here && (target === reason(here) || facts.contains(target))) go(here);
      return;
    }
    if (inPoints ? !keys.checked && event.key.length === 1 && event.key !== "Enter" : inText && target.type !== "checkbox") return;
    if (!inPoints && !keys.checked) return;
    if (event.key === "Enter" && !inPoints) return;
    if (!inPoints && facts.contains(target) && event.key.startsWith("Arrow")) return;
    if (!inPoints && /^[0-9.]$/.test(event.key)) { if (here) { points(here).focus(); points(here).select(); } return; }
    const act = ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  // ---- back after a dropped line or a closed window
  saving.restore((name, held) => {
    const card = cards.find((one) => id(one) === name);
    if (!card) return null;
    if (points(card).value === held.points && reason(card).value === held.reason && Boolean(take(card)?.checked) === held.taken) return undefined;
    points(card).value = held.points;
    reason(card).value = held.reason;
    if (take(card)) take(card).checked = held.taken;
    part(card, "rev").value = held.revision;
    return card;
  });
  // Handing in waits until everything typed is saved: what cannot be sent stays here and is not handed in without.
  form.addEventListener("submit", async (event) => {
    const asked = event.submitter;
    if (asked?.value === "save") { event.preventDefault(); saving.flush(); saving.told(); return; }
    if (!saving.waiting()) return;
    event.preventDefault();
    saving.flush();
    for (let n = 0; saving.waiting() && n < 40; n += 1) await new Promise((done) => setTimeout(done, 100));
    if (!saving.waiting()) form.requestSubmit(asked);
    else go(cards.find((card) => saving.state(card).dirty));
  });
  for (const card of cards) owed(card);
  const named = location.hash.startsWith("#p-") && cards.find((card) => `#p-${id(card)}` === location.hash);
  at(named || cards.find((card) => !points(card).value.trim()) || cards[0]);
  if (!document.querySelector("[role=alert]") && !location.hash) points(here).focus({ preventScroll: cards[0] === here });
})();
