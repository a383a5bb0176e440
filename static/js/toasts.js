// Lets people dismiss toasts, and removes them after a while, except errors and those with an undo button.

const READING_TIME = 8000;

export function attachToasts(root) {
  for (const toast of root.querySelectorAll(".toast")) {
    const close = toast.querySelector("[data-dismiss]");
    if (!close?.hidden) continue;
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
    if (toast.classList.contains("toast--error") || toast.querySelector("form")) continue;
    let timer = setTimeout(() => toast.remove(), READING_TIME);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => {
      timer = setTimeout(() => toast.remove(), READING_TIME);
    });
  }
}
