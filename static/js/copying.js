// Buttons that copy a text, or the value of a field. Without this file they stay hidden, and the text can be selected.

export function attachCopying(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

async function copy(button) {
  const label = button.querySelector("span") ?? button;
  const text = document.getElementById(button.dataset.copies)?.value ?? button.dataset.copies;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    label.textContent = "Select the text and copy it";
  }
  label.setAttribute("role", "status");
}
