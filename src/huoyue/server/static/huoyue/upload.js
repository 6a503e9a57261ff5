// Evidence by button or by dropping files on a row: sent in parts, continued where it stopped after a dropped line.
"use strict";
(() => {
  const form = document.getElementById("table");
  if (!form || !form.dataset.upload) return;
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const PART = 1024 * 1024;
  const say = (name, values) =>
    Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), form.dataset["say" + name]);
  const wait = (time) => new Promise((done) => setTimeout(done, time));
  // Refusals that pass: what has arrived is kept, and the rest is sent when they have.
  const LATER = ["disk_full", "scanner_broken"];
  const words = (name, said) => [name, sentences(said.what, said.mend)].filter(Boolean).join(" ");
  const headers = { Accept: "application/json", "X-CSRFToken": csrf };

  const line = (tr, name) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    text.textContent = name;
    item.append(text, bar);
    tr.querySelector("[data-files]").append(item);
    return { item, text, bar };
  };

  const upload = async (tr, file) => {
    const shown = line(tr, file.name);
    const begun = await insist(shown, file.name, () => fetch(form.dataset.upload, {
      method: "POST", headers, body: new URLSearchParams({ record: tr.dataset.uid, name: file.name, size: file.size }),
    }));
    if (!begun.ok) return failed(shown, file.name, await begun.json().catch(() => ({})));
    const { address } = await begun.json();
    let offset = 0, pause = 0;
    for (;;) {
      const answer = await insist(shown, file.name, () => fetch(address, {
        method: "PATCH", headers: { ...headers, "Upload-Offset": offset, "Content-Type": "application/octet-stream" },
        body: file.slice(offset, offset + PART),
      }));
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 409 && said.code === "upload_offset") { offset = said.received; continue; }
      if (LATER.includes(said.code)) {
        shown.text.textContent = words(file.name, said);
        await wait((pause = Math.min(pause + 15000, 60000)));
        continue;
      }
      if (!answer.ok) return failed(shown, file.name, said);
      pause = 0;
      offset = said.received;
      shown.bar.value = Math.floor((100 * offset) / file.size);
      shown.text.textContent = say("Uploading", { name: file.name, percent: shown.bar.value });
      if (said.file) return finished(shown, tr, said.file);
    }
  };
  // A dropped line or a server that is restarting is waited for; everything else is an answer.
  const insist = async (shown, name, ask) => {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
      try {
        const answer = await ask();
        if (answer.status < 500) return answer;
      } catch { /* no connection */ }
      shown.text.textContent = say("Waiting", { name });
      await wait(pause);
    }
  };
  const failed = (shown, name, said) => {
    shown.item.className = "error";
    shown.item.textContent = words(name, said);
  };
  const finished = (shown, tr, file) => {
    const link = Object.assign(document.createElement("a"), { href: file.address, textContent: file.name });
    const remove = Object.assign(document.createElement("button"), { className: "plain", textContent: "✕" });
    remove.setAttribute("formaction", file.remove);
    remove.setAttribute("formmethod", "post");
    remove.setAttribute("aria-label", say("Remove", { name: file.name }));
    const size = Object.assign(document.createElement("span"), { className: "soft", textContent: ` ${file.size} ` });
    shown.item.dataset.file = file.uid;
    const look = file.preview ? [Object.assign(document.createElement("a"), {
      href: file.preview, target: "_blank", rel: "noopener", textContent: form.dataset.sayPreview,
    }), " "] : [];
    shown.item.replaceChildren(link, size, ...look, remove);
    const flaw = tr.querySelector("[data-flaw=evidence]");
    if (flaw) flaw.hidden = true;
    tr.querySelector("[name$='.c.evidence']")?.removeAttribute("aria-invalid");
  };
  const all = async (tr, files) => {
    if ("new" in tr.dataset) { form.querySelector("[data-status]").textContent = form.dataset.sayEmpty; return; }
    for (const file of files) await upload(tr, file);
  };

  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-attach-input]")) return;
    const files = [...event.target.files];
    event.target.value = "";
    all(event.target.closest("tr"), files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      const tr = event.target.closest?.("tbody tr");
      if (!tr || !tr.querySelector("[data-files]") || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      tr.toggleAttribute("aria-selected", false);
      if (kind === "dragover") tr.setAttribute("aria-selected", "true");
      if (kind === "drop") all(tr, [...event.dataTransfer.files]);
    });
  }
})();
