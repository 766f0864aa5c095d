"use strict";
// The page's own hands: what is clicked or typed goes to the program, what comes back is put in its place.
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem("taftan." + name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem("taftan." + name, value); } catch { /* private windows keep nothing */ } };
  let bridge = null, timer = null, busyTimers = [], keysOn = kept("keys") !== "off", leaving = false;

  // What is asked is asked of the day that the page shows: a day still on its way goes first.
  let waiting = null;
  const sendDay = () => { clearTimeout(waiting); waiting = null; bridge.send_msg({ do: "day", day: Number($("day").value) }); };
  const send = (message) => { if (!bridge) return; if (waiting !== null) sendDay(); bridge.send_msg(message); };
  const setTheme = (dark, tell = true) => { root.dataset.theme = dark ? "dark" : "light"; if (tell) send({ do: "theme", dark }); };
  const dark = () => root.dataset.theme === "dark";
  setTheme(kept("theme") ? kept("theme") === "dark" : matchMedia("(prefers-color-scheme: dark)").matches, false);

  // A fragment is replaced only when it differs; what was open stays open, and who had the focus keeps it.
  const sent = {};
  let submitted = "";
  const touched = (place) => [...place.querySelectorAll("input, select, textarea")].filter((one) => one.name || one.id).filter((one) =>
    one.tagName === "SELECT" ? [...one.options].some((choice) => choice.selected !== choice.defaultSelected) : one.value !== one.defaultValue);
  const put = (id, html) => {
    const place = $(id);
    if (!place || (sent[id] === html && !(id === "clockwork" && touched(place).length))) return;
    sent[id] = html;
    const typed = id === "whatif" ? touched(place).filter((one) => one.form && one.form.id !== submitted) : [];
    if (id === "whatif") submitted = "";
    const active = place.contains(document.activeElement) ? document.activeElement : null;
    const key = active && (active.id || active.dataset.key), from = active && active.selectionStart;
    const open = [...place.querySelectorAll("details[id][open]")].map((one) => one.id);
    const scrolled = [...place.querySelectorAll("[data-scroll]")].map((one) => [one.dataset.scroll, one.scrollTop]);
    const chosen = place.tagName === "SELECT" ? place.value : null;
    place.innerHTML = html;
    if (chosen !== null && [...place.options].some((one) => one.value === chosen)) place.value = chosen;
    typed.forEach((one) => { const again = place.querySelector(`#${one.form.id} [name="${one.name}"]`); if (again && again.type === one.type) again.value = one.value; });
    open.forEach((one) => { if ($(one)) $(one).open = true; });
    scrolled.forEach(([name, top]) => { const one = place.querySelector(`[data-scroll="${name}"]`); if (one) one.scrollTop = top; });
    const again = key && ($(key) || place.querySelector(`[data-key="${CSS.escape(key)}"]`));
    if (again) { again.focus({ preventScroll: true }); if (from !== null && from !== undefined && again.setSelectionRange && again.type !== "number" && again.type !== "range") again.setSelectionRange(from, from); }
  };

  const busy = (words) => {
    busyTimers.forEach(clearTimeout); busyTimers = [];
    if (!words) { $("working").hidden = true; $("working-bar").hidden = true; $("shown").classList.remove("stale"); $("main").removeAttribute("aria-busy"); return; }
    $("working-words").textContent = words;
    $("main").setAttribute("aria-busy", "true");
    busyTimers = [setTimeout(() => { $("shown").classList.add("stale"); $("working").hidden = false; }, 150), setTimeout(() => { $("working-bar").hidden = false; }, 1000)];
  };
  // The first worlds are there: no longer dimmed, but still counting.
  const fresh = () => { clearTimeout(busyTimers[0]); $("shown").classList.remove("stale"); if (busyTimers.length) $("working").hidden = false; };

  const download = (file) => {
    const raw = file.base64 ? Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0)) : file.text;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([raw], { type: file.type }));
    link.download = file.name;
    document.body.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  };

  const receive = (message) => {
    const said = message && message.data ? message.data : message;
    root.dataset.heard = Number(root.dataset.heard || 0) + 1;
    for (const [id, html] of Object.entries(said.put || {})) put(id, html);
    if ("busy" in said) busy(said.busy);
    if (said.fresh) fresh();
    if ("day" in said) { $("day").value = said.day; told(); }
    if ("query" in said) history.replaceState(null, "", location.pathname + (said.query ? "?" + said.query : ""));
    if (said.download) download(said.download);
    if (said.open) show(said.open);
    if (said.close && $(said.close) && $(said.close).open) $(said.close).close();
    if (said.focus && $(said.focus)) $(said.focus).focus();
  };

  const dates = () => $("day").dataset.days.split(" ");
  const told = () => {
    const [year, month, number] = dates()[$("day").value].split("-").map(Number);
    const words = new Date(Date.UTC(year, month - 1, number)).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    $("today").textContent = words; $("day").setAttribute("aria-valuetext", words);
  };
  const toDay = (day) => {
    const high = Number($("day").max), next = Math.max(0, Math.min(high, day));
    $("day").value = next; told();
    if (bridge && waiting === null) waiting = setTimeout(sendDay, 40);
    if (next === high) play(false);
  };
  const play = (on) => {
    clearInterval(timer); timer = null;
    $("play").setAttribute("aria-pressed", on ? "true" : "false"); $("play").textContent = on ? "Pause" : "Play";
    if (on && Number($("day").value) === Number($("day").max)) toDay(0);
    if (on) timer = setInterval(() => toDay(Number($("day").value) + 1), 1000 / Math.min(Number($("speed").value), 4));
  };
  const show = (id) => { const one = $(id); if (one && !one.open) one.showModal(); };
  const copy = async (text, button) => {
    try { await navigator.clipboard.writeText(text); } catch { const field = document.createElement("textarea"); field.value = text; document.body.append(field); field.select(); document.execCommand("copy"); field.remove(); }
    const was = button.textContent; button.textContent = "copied"; setTimeout(() => { button.textContent = was; }, 1200);
  };
  const local = {
    reload: () => location.reload(),
    back: () => toDay(Number($("day").value) - 1),
    forth: () => toDay(Number($("day").value) + 1),
    play: () => play(!timer),
    theme: () => { setTheme(!dark()); keep("theme", dark() ? "dark" : "light"); },
    close: (el) => el.closest("dialog").close(),
    open: (el) => show(el.dataset.id),
    copy: (el) => copy(el.dataset.text || $(el.dataset.from).value || $(el.dataset.from).textContent, el),
    pick: (el) => $(el.dataset.id).click(),
  };

  document.addEventListener("click", (event) => {
    const el = event.target.closest("[data-do], [data-local]");
    if (!el || el.disabled || ["SELECT", "INPUT", "FORM", "TEXTAREA"].includes(el.tagName)) return;
    if (el.dataset.local) { local[el.dataset.local](el); return; }
    send({ ...el.dataset });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    submitted = form.id;
    send({ ...form.dataset, ...Object.fromEntries(new FormData(form)) });
  });
  const sendValue = (el) => {
    if (el.dataset.do === "crisis") { location.href = "/" + el.value; return; }
    if (el.type === "file") { const file = el.files[0]; if (file) file.text().then((text) => { send({ ...el.dataset, name: file.name, text: text.slice(0, 400000) }); el.value = ""; }); return; }
    send({ ...el.dataset, value: el.type === "checkbox" ? el.checked : el.value });
  };
  document.addEventListener("change", (event) => {
    const el = event.target;
    if (el.id === "speed") { if (timer) play(true); return; }
    if (el.id === "keys") { keysOn = el.checked; keep("keys", keysOn ? "on" : "off"); return; }
    if (el.matches("[data-do]:is(select, input, textarea)") && !("live" in el.dataset)) sendValue(el);
  });
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (fold.dataset && fold.dataset.fold) send({ do: "fold", name: fold.dataset.fold, open: fold.open });
  }, true);
  let slow = null;
  document.addEventListener("input", (event) => {
    const el = event.target;
    if (el.id === "day") { toDay(Number(el.value)); return; }
    if (el.dataset.shows) { const place = $(el.dataset.shows); if (place) place.textContent = el.value; }
    if ("live" in el.dataset) { clearTimeout(slow); slow = setTimeout(() => sendValue(el), 150); }
  });

  // Cards are radio buttons: arrows move between them.
  const arrows = (event) => {
    const card = event.target.closest("[role=radio]");
    if (!card || !["ArrowDown", "ArrowUp"].includes(event.key)) return false;
    const all = [...card.closest("[role=radiogroup]").querySelectorAll("[role=radio]")], place = all.indexOf(card);
    const next = all[(place + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length];
    next.focus(); next.click(); event.preventDefault();
    return true;
  };
  const step = (sign, week) => toDay(Number($("day").value) + sign * (week ? 7 : 1));
  const events = (sign) => {
    const here = Number($("day").value), all = [...new Set([...document.querySelectorAll("#timeline-key [data-day]")].map((one) => Number(one.dataset.day)))].sort((a, b) => a - b);
    const next = sign > 0 ? all.find((one) => one > here) : all.filter((one) => one < here).pop();
    if (next !== undefined) toDay(next);
  };
  document.addEventListener("keydown", (event) => {
    if (arrows(event)) return;
    if (event.target.matches("input[type=range]:not(#day)") && /^(Arrow|Home|End|Page)/.test(event.key)) return;
    const el = event.target, typing = el.matches("input:not([type=range]):not([type=checkbox]), textarea, select") || el.isContentEditable;
    if (!keysOn || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const pressing = el.matches("button, summary, a, [role=radio]");
    const does = {
      " ": pressing ? null : () => play(!timer),
      ArrowLeft: () => step(-1, event.shiftKey), ArrowRight: () => step(1, event.shiftKey),
      Home: () => toDay(0), End: () => toDay(Number($("day").max)),
      e: () => events(1), E: () => events(-1),
      w: () => ($("whatif").querySelector("[aria-checked=true]") || $("whatif").querySelector("[role=radio]")).focus(),
      "/": () => { const fold = $("world-fold"); if (fold) fold.open = true; if ($("find")) $("find").focus(); },
      u: () => send({ do: "undo" }), r: () => send({ do: "reset" }),
      d: () => send({ do: "data", figure: "timeline" }), "?": () => show("help"),
    }[event.key.length === 1 && event.key !== "E" ? event.key.toLowerCase() : event.key];
    if (does) { event.preventDefault(); does(); }
  });

  window.taftan = {
    connect(model) {
      bridge = model;
      model.on("msg:custom", receive);
      send({ do: "hello", dark: dark(), host: location.origin + location.pathname });
      root.dataset.ready = "yes";
      // Bokeh says so when its connection to the program breaks.
      for (const one of window.Bokeh.documents) one.on_event("connection_lost", () => { if (!leaving) { $("lost").hidden = false; play(false); busy(null); } });
    },
    send, receive,
  };
  addEventListener("beforeunload", () => { leaving = true; });
  told();
})();
