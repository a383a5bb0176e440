// Reorders a list by dragging. The buttons beside each item do the same by keyboard and without this file.

function attach(list) {
  let dragged = null;
  list.parentElement.querySelector("[data-reorder-hint]")?.removeAttribute("hidden");
  for (const item of list.children) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
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
