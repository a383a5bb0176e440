// Reorders a list by dragging, and puts it back if the server refuses. The buttons beside each item do the same by keyboard
// and without this file.

import { tellRefused } from "./optimistic.js";

function attach(list) {
  let dragged = null;
  let saved = [...list.children];
  list.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.elt !== list || detail.successful) return;
    list.replaceChildren(...saved);
    tellRefused();
  });
  list.parentElement.querySelector("[data-reorder-hint]")?.removeAttribute("hidden");
  for (const item of list.children) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      saved = [...list.children];
      event.dataTransfer.effectAllowed = "move";
      item.classList.add("is-dragged");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("is-dragged");
      dragged = null;
      save(list);
    });
    item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const box = item.getBoundingClientRect();
      const isAfter = event.clientY > box.top + box.height / 2;
      if (isAfter) item.after(dragged);
      else item.before(dragged);
    });
  }
}

function save(list) {
  window.htmx.ajax("POST", list.dataset.reorder, {
    source: list,
    target: list.dataset.target || "#offers",
    swap: "outerHTML",
    values: { order: [...list.children].map((item) => item.dataset.id) },
  });
}

export function attachReorder(root) {
  for (const list of root.querySelectorAll("[data-reorder]")) attach(list);
}
