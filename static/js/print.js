// Shows the buttons with data-print, which open the browser's dialog for printing. Without this file they stay hidden.

export function attachPrint(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
