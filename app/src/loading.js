// Until the page's module has taken over, the page looks as if it were loading; what a person types and presses in the
// meantime is kept for it; and where the module does not come, the page says so.
(function (scriptAddress, moduleAddress, patienceMilliseconds) {
  const root = document.documentElement;
  const touched = new Map();
  let pressed = null;
  let note = null;

  const isPlainForm = (form) => form !== null && form.method === "post";
  const remember = ({ target: field }) => {
    if ("value" in field) touched.set(field, { value: field.value, checked: field.checked });
  };
  const holdClick = (event) => {
    const button = event.target.closest?.("button");
    // A form that is posted works by itself.
    if (!button || (note !== null && note.contains(button)) || (button.type === "submit" && isPlainForm(button.form))) return;
    event.preventDefault();
    pressed = () => button.isConnected && button.click();
  };
  const holdSubmit = (event) => {
    const form = event.target;
    if (isPlainForm(form) || form.hasAttribute("action")) return;
    event.preventDefault();
    pressed = () => form.isConnected && form.requestSubmit();
  };
  const listeners = [["input", remember], ["change", remember], ["click", holdClick], ["submit", holdSubmit]];

  const say = () => {
    if (note !== null) return;
    note = document.createElement("div");
    note.className = "not-loaded";
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = "A part of this page could not be loaded, so its buttons do nothing. Check the connection, then reload.";
    const reload = document.createElement("button");
    reload.className = "button";
    reload.type = "button";
    reload.textContent = "Reload";
    reload.addEventListener("click", () => location.reload());
    note.append(text, reload);
    // Not into the body, which the module takes over as the server has written it.
    root.append(note);
  };

  const takeOver = () => {
    for (const [name, listener] of listeners) document.removeEventListener(name, listener, true);
    for (const [field, { value, checked }] of touched) {
      if (!field.isConnected) continue;
      if (field.type === "file") {
        field.dispatchEvent(new Event("change", { bubbles: true }));
        continue;
      }
      field.value = value;
      if (checked !== undefined) field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (pressed !== null) pressed();
  };

  root.dataset.loading = "";
  for (const [name, listener] of listeners) document.addEventListener(name, listener, true);
  const patience = setTimeout(say, patienceMilliseconds);
  const parsed = new Promise((done) => {
    if (document.readyState !== "loading") done();
    else document.addEventListener("DOMContentLoaded", done);
  });
  const started = import(scriptAddress).then(async (script) => {
    await script.default({ module_or_path: moduleAddress });
    await parsed;
    script.hydrate();
    clearTimeout(patience);
    note?.remove();
    delete root.dataset.loading;
    // What waits for loaded values is taken over in tasks of its own.
    setTimeout(() => setTimeout(takeOver));
  });
  started.catch((error) => {
    clearTimeout(patience);
    parsed.then(say);
    console.error(error);
  });
})
