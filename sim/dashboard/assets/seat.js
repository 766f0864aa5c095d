// The seat's page: sends what is chosen, shows what comes back.
(() => {
  let bridge = null;
  const send = (message) => bridge && bridge.send_msg(message);
  const values = (form) => Object.fromEntries(new FormData(form).entries());
  const receive = (message) => {
    const data = message.data ?? message;
    for (const [name, html] of Object.entries(data.fragments ?? {})) document.getElementById(`seat-${name}`).innerHTML = html;
    if (data.top) scrollTo({ top: 0 });
  };
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ do: event.target.id, values: values(event.target) });
  });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-do]");
    if (one) send({ do: one.dataset.do });
  });
  window.taftan = {
    connect(model) {
      bridge = model;
      model.on("msg:custom", receive);
      document.documentElement.dataset.ready = "yes";
      for (const one of window.Bokeh.documents) one.on_event("connection_lost", () => { document.getElementById("lost").hidden = false; });
    },
  };
})();
