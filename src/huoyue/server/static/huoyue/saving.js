// Saving by itself, for whatever one types into: each item is sent after a pause under a name of its own, so that
// nothing is done twice; what could not be sent is kept in this browser and sent when the connection is back; nothing
// that was saved elsewhere is overwritten. Used by the tables of a filing and by the score sheet.
"use strict";
// Chinese has no blank between sentences.
window.sentences = (...parts) => parts.filter(Boolean).join(document.documentElement.lang.startsWith("zh") ? "" : " ");
window.fresh = (length) =>
  [...crypto.getRandomValues(new Uint8Array(length))].map((n) => "abcdefghijklmnopqrstuvwxyz012345"[n % 32]).join("");
// form: with data-save (where to), data-keep (under which name this browser keeps) and its sentences as data-say-…
// all(): every item; key(item): its name; body(item): what is sent; kept(item): what this browser keeps
// waits(item): whether it is not to be sent now; idle(item): whether there is nothing in it worth sending
// saved(item, answer), clash(item, answer): what the page makes of an answer
window.savingByItself = ({ form, all, key, body, kept, waits, idle, saved, clash }) => {
  const PAUSE = 900, RETRY = 4000;
  const status = form.querySelector("[data-status]");
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const states = new Map(); // key -> {timer, token, sending, dirty}
  const say = (name, values = {}) =>
    Object.entries(values).reduce((text, [one, value]) => text.replaceAll(`{${one}}`, value), form.dataset["say" + name]);
  let lastSaved = "";

  const state = (item) => {
    if (!states.has(key(item))) states.set(key(item), {});
    return states.get(key(item));
  };
  const name = (item) => `${form.dataset.keep}:${key(item)}`;
  const keep = (item) => {
    try { localStorage.setItem(name(item), JSON.stringify({ ...kept(item), token: state(item).token })); } catch { /* full or switched off: the page still holds it */ }
  };
  const forget = (item) => { try { localStorage.removeItem(name(item)); } catch { /* as above */ } };
  const waiting = () => [...all()].filter((item) => state(item).dirty).length;
  const tell = (text, wrong) => {
    status.classList.toggle("error", Boolean(wrong));
    status.textContent = text;
  };

  const later = (item, pause = PAUSE) => {
    const one = state(item);
    clearTimeout(one.timer);
    one.timer = setTimeout(() => send(item), pause);
  };
  const changed = (item) => {
    Object.assign(state(item), { dirty: true, token: window.fresh(24) });
    keep(item);
    status.textContent = say("Unsaved");
    later(item);
  };
  const send = async (item) => {
    const one = state(item);
    if (one.sending || !one.dirty || waits(item)) return;
    if (idle(item)) { one.dirty = false; forget(item); return; }
    one.sending = true;
    const token = one.token;
    status.textContent = say("Saving");
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf, "Idempotency-Key": token },
        body: JSON.stringify(body(item)),
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) done(item, said, token);
      else if (said.current) { keep(item); tell(sentences(said.what, said.mend), true); clash(item, said); }
      else if (answer.status >= 500 || answer.status === 429) retry(item);
      else { keep(item); tell(say("Refused", { why: sentences(said.what, said.mend) }), true); }
    } catch {
      retry(item);
    } finally {
      one.sending = false;
    }
    if (one.dirty && one.token !== token) later(item);
  };
  const done = (item, said, token) => {
    const one = state(item);
    saved(item, said, one.token === token);
    if (one.token === token) { one.dirty = false; forget(item); } else keep(item);
    tell(waiting() ? say("Saving") : say("Saved", { time: (lastSaved = said.at) }));
  };
  const retry = (item) => {
    keep(item);
    tell(say("Offline", { count: waiting() }), true);
    later(item, RETRY);
  };
  // After a choice between two versions: the own one is sent at once, or forgotten.
  const settled = (item, own) => {
    Object.assign(state(item), { token: window.fresh(24), dirty: own });
    if (own) later(item, 0);
    else { forget(item); tell(""); }
  };
  // What this browser kept from before, by the item's key; `put` says whether it is to be sent now.
  const restore = (put) => {
    const prefix = `${form.dataset.keep}:`, names = [];
    try { for (let n = 0; n < localStorage.length; n += 1) if (localStorage.key(n).startsWith(prefix)) names.push(localStorage.key(n)); } catch { return; }
    for (const one of names) {
      const held = JSON.parse(localStorage.getItem(one));
      const item = put(one.slice(prefix.length), held);
      if (item === null) continue;
      if (item === undefined) { localStorage.removeItem(one); continue; }
      Object.assign(state(item), { dirty: true, token: held.token || window.fresh(24) });
      later(item, 200);
    }
  };
  const flush = (pause = 0) => { for (const item of all()) if (state(item).dirty && !state(item).sending && !waits(item)) later(item, pause); };
  const told = () => { if (!waiting() && lastSaved) status.textContent = say("Saved", { time: lastSaved }); };
  window.addEventListener("online", () => flush(50));
  window.addEventListener("beforeunload", (event) => {
    for (const item of all()) if (state(item).dirty) { keep(item); event.preventDefault(); }
  });
  return { state, changed, later, keep, forget, waiting, settled, restore, flush, told, say, csrf };
};
