// Shows what a form does at once, before the server has answered. The page that follows shows how it is; where none follows,
// it is taken back with a sentence if the server refuses.

const REFUSED = "This was not saved. Try again, and look at your connection if that fails too.";

export function tellRefused() {
  const paragraph = document.createElement("p");
  paragraph.textContent = REFUSED;
  const toast = document.createElement("div");
  toast.className = "toast toast--error";
  toast.append(paragraph);
  document.getElementById("toasts")?.replaceChildren(toast);
}

// data-toggles has the values of the button when it is not pressed, and when it is.
function togglePressed(form) {
  const button = form.querySelector("[aria-pressed]");
  const [act, undo] = form.dataset.toggles.split(" ");
  button.value = button.value === act ? undo : act;
  button.setAttribute("aria-pressed", String(button.value === undo));
}

// Writes what is done on the button that does it, for example "Confirmed". The label comes back with the page.
function showDone(button) {
  const label = button.innerHTML;
  setTimeout(() => (button.textContent = button.dataset.done));
  window.addEventListener("pageshow", () => (button.innerHTML = label), { once: true });
}

export function attachOptimism() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("[data-toggles]")) togglePressed(detail.elt);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful || !detail.elt.matches("[data-toggles]")) return;
    togglePressed(detail.elt);
    tellRefused();
  });
  document.addEventListener("submit", ({ target, submitter }) => {
    if (submitter?.matches("[data-done]")) showDone(submitter);
    if (!target.matches("[data-reads-all]")) return;
    for (const mark of target.parentElement.querySelectorAll("[data-unread]")) mark.remove();
  });
}
