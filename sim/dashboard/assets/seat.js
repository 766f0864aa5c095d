// The seat's page: sends what is chosen, shows what comes back.
(() => {
  let bridge = null, waiting = false;
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const theme = (() => { try { return localStorage.getItem("taftan.theme"); } catch { return null; } })();
  root.dataset.theme = theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  // One thing at a time: what is asked twice in a hurry is asked once.
  const send = (message) => { if (!bridge || waiting) return; waiting = true; bridge.send_msg(message); };
  const values = (form, submitter) => Object.fromEntries(new FormData(form, submitter).entries());

  // What somebody has begun to fill in stays when the page is renewed under their hands.
  const touched = (field) => field.type === "radio" ? field.checked && !field.defaultChecked
    : field.tagName === "SELECT" ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.value !== field.defaultValue;
  const filled = (except) => [...document.querySelectorAll("form")].filter((form) => form.id !== except).flatMap((form) =>
    [...form.elements].filter((field) => field.name && field.type !== "submit" && touched(field)).map((field) => [form.id, form.dataset.day, field.name, field.value]));
  const refill = (all) => all.forEach(([id, day, name, value]) => {
    const form = $(id);
    if (!form || form.dataset.day !== day) return;
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio") field.checked = field.value === value; else field.value = value;
    }
  });

  let submitted = "";
  const receive = (message) => {
    const data = message.data ?? message;
    waiting = false;
    if (data.go) { location.href = data.go; return; }
    if (data.address) history.replaceState(null, "", data.address);
    const before = filled(data.top ? submitted : ""), focused = document.activeElement && document.activeElement.name;
    for (const [name, html] of Object.entries(data.fragments ?? {})) $(`seat-${name}`).innerHTML = html;
    refill(before);
    if (data.top) { submitted = ""; scrollTo({ top: 0 }); $("main").focus({ preventScroll: true }); }
    else if (focused && document.getElementsByName(focused)[0]) document.getElementsByName(focused)[0].focus({ preventScroll: true });
  };
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting) return;
    submitted = event.target.id;
    send({ do: event.target.id, values: { ...values(event.target, event.submitter), day: event.target.dataset.day ?? "" } });
  });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-do]");
    if (!one || waiting) return;
    submitted = one.closest("form")?.id ?? "";
    send({ do: one.dataset.do, values: { day: one.closest("form")?.dataset.day ?? "" } });
  });
  document.addEventListener("change", (event) => { if (event.target.name === "crisis") location.href = "/play?crisis=" + encodeURIComponent(event.target.value); });
  window.taftan = {
    connect(model) {
      bridge = model;
      model.on("msg:custom", receive);
      root.dataset.ready = "yes";
      for (const one of window.Bokeh.documents) one.on_event("connection_lost", () => {
        $("lost").hidden = false;
        document.querySelectorAll("main button").forEach((button) => { button.disabled = true; });
      });
    },
  };
})();
