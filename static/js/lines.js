// Adds lines to a formset: the button copies the last line, empties its fields and raises TOTAL_FORMS.

function renumber(element, prefix, number) {
  for (const attribute of ["name", "id", "for", "aria-describedby"]) {
    for (const part of element.querySelectorAll(`[${attribute}]`)) {
      part.setAttribute(
        attribute,
        part.getAttribute(attribute).replace(new RegExp(`${prefix}-\\d+`), `${prefix}-${number}`),
      );
    }
  }
}

function add(list) {
  const prefix = list.dataset.lines;
  const total = list.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const lines = list.querySelectorAll(".lines__line");
  const line = lines[lines.length - 1].cloneNode(true);
  renumber(line, prefix, total.value);
  for (const field of line.querySelectorAll("input, textarea, select")) {
    if (field.type === "checkbox") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
  }
  lines[lines.length - 1].after(line);
  total.value = Number(total.value) + 1;
  line.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

export function attachLines(root) {
  for (const list of root.querySelectorAll("[data-lines]")) {
    const button = list.querySelector("[data-lines-add]");
    if (!button?.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", () => add(list));
  }
}
