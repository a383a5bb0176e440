// Toasts can be dismissed; good news goes by itself, bad news and what can be undone stay until they are read.

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
