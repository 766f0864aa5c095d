// Guess first, for teachers: the answer stays covered until a guess is set; then guess, model and record stand side by side.
(() => {
  const root = document.documentElement, $ = (id) => document.getElementById(id);
  const toggle = $("guess-first"), form = $("guess"), rail = $("guess-rail"), shown = $("guess-shown");
  const cover = (covered) => {
    root.toggleAttribute("data-covered", covered);
    form.hidden = !covered;
    toggle.setAttribute("aria-pressed", covered ? "true" : "false");
    // What is guessed is asked of the crisis as it was, not of a what-if.
    if (covered) { shown.textContent = ""; window.taftan.send({ do: "what", name: "" }); rail.focus(); }
  };
  toggle.addEventListener("click", () => cover(!root.hasAttribute("data-covered")));
  rail.addEventListener("input", () => { $("guess-value").textContent = `${rail.value} of 100`; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    cover(false);
    const number = document.querySelector("[data-number=answered]");
    const words = (part) => number?.querySelector(part)?.textContent.replace(/\s+/g, " ").trim();
    const record = words(".record");
    shown.textContent = `As it was. Your guess: ${rail.value} of 100. The model: ${words(".value") ?? "not defined"} of 100.${record ? ` ${record.replace("◆ the record", "The record")}.` : ""}`;
  });
})();
