// Keeps the focus when htmx replaces the part of the page that has it; browsers move it to the start of the page. It goes
// to the same control in the new part, or else to the new part itself. After a link with data-focus-new="SELECTOR", which
// adds rows, it goes to the first row that was not there before. While a part is loading it has aria-busy.

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
let lost = null; // what had the focus before the swap

// What identifies a control in the old and in the new part.
function keyOf(element) {
  const { id, name, type, value, dataset } = element;
  if (dataset.focusKey || id) return `${element.tagName} ${dataset.focusKey || id}`;
  const label = element.getAttribute("aria-label") ?? element.textContent.replace(/\s+/g, " ").trim();
  return [element.tagName, name, dataset.day, type === "radio" || type === "checkbox" ? value : label].join(" ");
}

function remember({ detail }) {
  const focused = document.activeElement;
  if (!focused || focused === document.body || !detail.target?.contains(focused)) return;
  const rows = focused.dataset.focusNew;
  lost = {
    key: keyOf(focused),
    parent: detail.target.parentElement,
    rows,
    count: rows ? document.querySelectorAll(rows).length : 0,
  };
}

function focusOn(element) {
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function restore({ target }) {
  if (!lost || (document.activeElement && document.activeElement !== document.body)) {
    lost = null;
    return;
  }
  const { key, parent, rows, count } = lost;
  lost = null;
  const row = rows && document.querySelectorAll(rows)[count];
  const controls = [...(parent?.isConnected ? parent : document).querySelectorAll(FOCUSABLE)];
  focusOn(
    row
      ? (row.querySelector("a[href], button") ?? row)
      : (controls.find((control) => keyOf(control) === key) ?? target),
  );
}

export function attachFocus() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target?.removeAttribute("aria-busy"));
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSettle", restore);
}
