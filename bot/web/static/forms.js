/* Forms stand in a dialogue: it opens when one has come, and closes when it was sent. */
(() => {
  "use strict";
  const dialog = document.getElementById("form-dialog");
  if (!dialog) return;
  const box = document.getElementById("form");

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== box || !box.firstElementChild) return;
    if (!dialog.open) dialog.showModal();
    const first = box.querySelector("[aria-invalid], input, select, textarea");
    if (first) first.focus();
  });
  document.body.addEventListener("form-sent", () => { dialog.close(); box.replaceChildren(); });
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) dialog.close(); });
})();
