// The table one types into: saves each row by itself after a pause, keeps what could not be sent in this browser and
// sends it when the connection is back, never overwrites what somebody else saved, and takes rows pasted from Excel.
"use strict";
(() => {
  const form = document.getElementById("table");
  if (!form || !form.dataset.save) return;
  const body = form.querySelector("tbody");
  const others = form.querySelector("[data-others]");
  const inputs = (tr) => [...tr.querySelectorAll("[name*='.c.']")];
  const field = (input) => input.name.split(".c.")[1];
  const cells = (tr) => Object.fromEntries(inputs(tr).map((input) => [field(input), input.value]));
  const blank = (tr) => inputs(tr).every((input) => !input.value.trim());

  // ---- saving
  const saving = window.savingByItself({
    form,
    all: () => body.rows,
    key: (tr) => tr.dataset.uid,
    body: (tr) => ({ uid: tr.dataset.uid, revision: Number(tr.dataset.revision), cells: cells(tr) }),
    kept: (tr) => ({ cells: cells(tr), revision: Number(tr.dataset.revision), isNew: "new" in tr.dataset }),
    waits: (tr) => Boolean(tr.dataset.clash),
    idle: (tr) => "new" in tr.dataset && blank(tr),
    saved: (tr, said) => saved(tr, said),
    clash: (tr, said) => clash(tr, said),
  });
  const { state, later, forget, say, csrf } = saving;
  const changed = (tr) => {
    saving.changed(tr);
    spare();
  };
  const saved = (tr, said) => {
    tr.dataset.revision = said.revision;
    tr.querySelector("[name$='.rev']").value = said.revision;
    if ("new" in tr.dataset) numbered(tr);
    delete tr.dataset.new;
    tr.classList.remove("unconfirmed");
    flaws(tr, said.flaws);
    tr.querySelectorAll("[data-attach]").forEach((label) => { label.hidden = false; });
    refreshSides();
  };
  const numbered = (tr) => {
    const numbers = [...body.rows].map((row) => parseInt(row.cells[0].textContent, 10) || 0);
    const sign = tr.cells[0].querySelector("span.soft");
    const number = Math.max(0, ...numbers) + 1;
    if (sign) sign.replaceWith(String(number));
    tr.querySelectorAll("[data-once-saved]").forEach((label) => {
      label.hidden = false;
      label.querySelector(".sr").textContent = say("Delete", { number });
    });
  };
  const flaws = (tr, found) => {
    for (const place of tr.querySelectorAll("[data-flaw]")) {
      const flaw = found[place.dataset.flaw];
      const input = inputs(tr).find((one) => field(one) === place.dataset.flaw);
      place.hidden = !flaw;
      place.textContent = flaw ? flaw.text : "";
      if (!input) continue;
      if (flaw) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", place.id); }
      else {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
        for (const one of input.selectedOptions || []) if (one.text === `${one.value} ?`) one.text = one.value; // understood
      }
    }
  };

  // ---- two people in one row: both versions, and the choice
  const clash = (tr, said) => {
    const mine = cells(tr);
    tr.dataset.clash = "1";
    tr.classList.add("elsewhere");
    for (const input of inputs(tr)) {
      const theirs = said.current.cells[field(input)] || "";
      if (theirs === mine[field(input)]) continue;
      const note = document.createElement("p");
      note.className = "error";
      note.dataset.theirs = theirs;
      const shown = input.tagName === "SELECT" ? [...input.options].find((o) => o.value === theirs)?.text || theirs : theirs;
      note.textContent = say("Theirs", { by: said.current.by, text: shown || "–" });
      input.after(note);
    }
    const choice = document.createElement("div");
    choice.className = "row";
    for (const [label, own] of [["Mine", true], [said.current.own ? "TakeOwn" : "Take", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = say(label);
      button.addEventListener("click", () => settle(tr, said.current, own));
      choice.append(button);
    }
    tr.cells[0].append(choice);
    choice.firstChild.focus();
  };
  const settle = (tr, current, own) => {
    for (const input of inputs(tr)) if (!own) input.value = current.cells[field(input)] || "";
    tr.querySelectorAll("[data-theirs]").forEach((note) => note.remove());
    tr.cells[0].querySelector(".row").remove();
    tr.classList.remove("elsewhere");
    delete tr.dataset.clash;
    tr.dataset.revision = current.revision;
    saving.settled(tr, own);
  };

  // ---- rows
  const spare = () => {
    if ("single" in form.dataset) return null;
    const last = body.rows[body.rows.length - 1];
    return last && "new" in last.dataset && blank(last) ? last : add();
  };
  const add = () => {
    const last = body.rows[body.rows.length - 1];
    const tr = last.cloneNode(true);
    const number = Math.max(...[...body.rows].map((row) => Number(row.querySelector("[name$='.uid']")?.name.match(/\d+/)?.[0] || 0))) + 1;
    const uid = window.fresh(24);
    tr.id = uid;
    tr.dataset.uid = uid;
    tr.dataset.revision = "0";
    tr.dataset.new = "";
    delete tr.dataset.clash;
    tr.className = "";
    tr.querySelectorAll("[data-theirs], .row, [data-file], .button + *").forEach((node) => node.remove());
    for (const input of tr.querySelectorAll("input, select, textarea")) {
      if (!input.name) continue;
      input.name = input.name.replace(/^r\d+\./, `r${number}.`);
      if (input.name.endsWith(".uid")) input.value = uid;
      else if (input.name.endsWith(".rev")) input.value = "0";
      else if (input.type === "checkbox") { input.checked = false; input.closest("label").hidden = true; input.closest("label").dataset.onceSaved = ""; }
      else {
        for (const option of [...(input.options || [])]) if (option.text.endsWith(" ?")) option.remove();
        input.value = "";
      }
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    for (const place of tr.querySelectorAll("[data-flaw]")) { place.hidden = true; place.textContent = ""; place.id = `e-${uid}-${place.dataset.flaw}`; }
    const first = tr.cells[0];
    for (const node of [...first.childNodes]) if (node.nodeType === 3 || node.tagName === "SPAN") node.remove();
    first.append(Object.assign(document.createElement("span"), { className: "soft", textContent: "+" }));
    body.append(tr);
    return tr;
  };

  // ---- typing
  form.addEventListener("input", (event) => {
    const tr = event.target.closest("tr");
    if (tr && event.target.name?.includes(".c.")) changed(tr);
  });
  form.addEventListener("change", (event) => {
    const tr = event.target.closest("tr");
    if (tr && event.target.name?.includes(".c.")) later(tr, 100);
  });
  form.addEventListener("focusout", (event) => {
    const tr = event.target.closest("tr");
    if (tr && !tr.contains(event.relatedTarget) && state(tr).dirty) later(tr, 50);
  });
  form.addEventListener("keydown", (event) => {
    const tr = event.target.closest("tr");
    if (!tr || !event.target.name?.includes(".c.")) return;
    const name = field(event.target);
    const at = (row) => inputs(row || tr).find((input) => field(input) === name);
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); const row = spare(); if (row) inputs(row)[0].focus(); }
    else if (event.key === "Enter" && event.target.tagName !== "TEXTAREA") { event.preventDefault(); at(tr.nextElementSibling || spare())?.focus(); }
    else if ((event.key === "d" || event.key === "D") && event.ctrlKey) {
      event.preventDefault();
      const above = tr.previousElementSibling && at(tr.previousElementSibling);
      if (above) { event.target.value = above.value; changed(tr); }
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const next = event.key === "ArrowUp" ? tr.previousElementSibling : tr.nextElementSibling;
      if (next) at(next)?.focus();
    }
  });

  // ---- pasting from Excel: tabs part cells, lines part rows, quotes hold what has lines in it
  const parsed = (text) => {
    const table = [[""]];
    let quoted = false;
    for (let n = 0; n < text.length; n += 1) {
      const sign = text[n], line = table[table.length - 1];
      if (quoted) {
        if (sign === '"' && text[n + 1] === '"') { line[line.length - 1] += '"'; n += 1; }
        else if (sign === '"') quoted = false;
        else line[line.length - 1] += sign;
      } else if (sign === '"' && line[line.length - 1] === "") quoted = true;
      else if (sign === "\t") line.push("");
      else if (sign === "\n") table.push([""]);
      else if (sign !== "\r") line[line.length - 1] += sign;
    }
    if (table.length > 1 && table[table.length - 1].join("") === "") table.pop();
    return table;
  };
  const put = (input, text) => {
    const value = text.trim();
    if (input.tagName !== "SELECT") { input.value = value; return; }
    const folded = (one) => one.normalize("NFKC").replace(/\s/g, "").toLowerCase();
    let option = [...input.options].find((one) => folded(one.value) === folded(value) || folded(one.text) === folded(value));
    if (!option) { option = new Option(`${value} ?`, value); input.add(option); }
    input.value = option.value;
  };
  document.addEventListener("paste", (event) => {
    const place = document.activeElement, tr = place?.closest("tr");
    const text = event.clipboardData?.getData("text/plain") || "";
    const ahead = place === tr?.cells[0]; // the row's number: a list to choose from opens when it is clicked, and takes no paste
    if (!tr || !body.contains(tr) || !(ahead || place.name?.includes(".c.")) || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    let table = parsed(text);
    const start = ahead ? 0 : inputs(tr).indexOf(place);
    const heads = inputs(tr).map((input) => document.getElementById(input.getAttribute("aria-labelledby")).textContent.replace(/[*\s]/g, ""));
    if (table.length > 1 && table[0].filter((one) => heads.some((head) => head.startsWith(one.trim().replace(/[*＊\s]/g, "")) && one.trim())).length > table[0].length / 2) table = table.slice(1);
    let row = tr;
    table.forEach((line, n) => {
      if (n) row = row.nextElementSibling || add();
      const places = inputs(row);
      line.forEach((value, m) => { if (places[start + m]) put(places[start + m], value); });
      changed(row);
      later(row, 100 + n * 40);
    });
    inputs(row)[start]?.focus();
  });

  // ---- who else is here, and what they changed
  const look = async () => {
    if (document.hidden) return;
    const record = document.activeElement?.closest?.("tr")?.dataset.uid || "";
    try {
      const answer = await fetch(form.dataset.presence, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json", "X-CSRFToken": csrf },
        body: new URLSearchParams({ record, kind: form.dataset.kind }),
      });
      if (!answer.ok) return;
      const said = await answer.json();
      const theirs = Object.entries(said.revisions).filter(([uid, revision]) => {
        const tr = document.getElementById(uid);
        return tr ? !state(tr).dirty && !state(tr).sending && Number(tr.dataset.revision) < revision : false;
      });
      const added = Object.keys(said.revisions).filter((uid) => !document.getElementById(uid)).length;
      const told = [said.said];
      if (theirs.length || (added && !document.querySelector("[rel=next]") && said.others.length)) told.push(say("Elsewhere", { count: theirs.length || added }));
      others.textContent = told.filter(Boolean).join(" ");
      saving.flush(50);
    } catch { /* the next look tells */ }
  };
  setInterval(look, 15000);
  look();

  let sidesTimer;
  const refreshSides = () => {
    clearTimeout(sidesTimer);
    sidesTimer = setTimeout(async () => {
      try {
        const answer = await fetch(form.dataset.sides);
        if (!answer.ok) return;
        const sides = document.getElementById("sides"), open = sides.querySelector("details")?.open;
        sides.innerHTML = await answer.text();
        sides.querySelector("details").open = open;
        const mark = document.getElementById("section-mark");
        if (mark) document.querySelector("[data-section-mark]").innerHTML = mark.innerHTML;
      } catch { /* it stays as it was */ }
    }, 1500);
  };

  // ---- back after a dropped line or a closed window
  const restore = () => {
    saving.restore((uid, one) => {
      let tr = document.getElementById(uid);
      if (!tr && !one.isNew) return null;
      if (!tr) {
        tr = spare() || body.rows[0];
        tr.id = tr.dataset.uid = uid;
        tr.querySelector("[name$='.uid']").value = uid;
      }
      if (Object.entries(one.cells).every(([cell, value]) => (cells(tr)[cell] ?? "") === value)) return undefined;
      for (const input of inputs(tr)) if (field(input) in one.cells) put(input, one.cells[field(input)]);
      tr.dataset.revision = one.revision;
      return tr;
    });
    spare();
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formAction && event.submitter.hasAttribute("formaction")) return;
    if ([...form.querySelectorAll("[name$='.remove']")].some((box) => box.checked)) {
      for (const tr of body.rows) { forget(tr); state(tr).dirty = false; }
      return;
    }
    event.preventDefault();
    saving.flush();
    saving.told();
  });
  for (const label of form.querySelectorAll("[data-attach]")) label.hidden = "new" in label.closest("tr").dataset;
  restore();
})();
