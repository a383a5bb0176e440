// Zooms and moves a skill tree with data-tree by buttons, keys, wheel and pointer. Without this file it scrolls. "Fit" also
// makes the drawing as narrow as a phone.

const STEP = 1.3;
const MAX_ZOOM = 4;

function createView(svg) {
  const box = svg.viewBox.baseVal;
  const full = { x: box.x, y: box.y, width: box.width, height: box.height };
  let current = { ...full };

  function show(next) {
    const width = Math.min(full.width, Math.max(full.width / MAX_ZOOM, next.width));
    const height = (width * full.height) / full.width;
    current = {
      width,
      height,
      x: Math.min(full.width - width, Math.max(0, next.x)),
      y: Math.min(full.height - height, Math.max(0, next.y)),
    };
    svg.setAttribute("viewBox", `${current.x} ${current.y} ${current.width} ${current.height}`);
  }

  return {
    zoom(by, x = current.x + current.width / 2, y = current.y + current.height / 2) {
      const width = current.width / by;
      const share = width / current.width;
      show({ width, x: x - (x - current.x) * share, y: y - (y - current.y) * share });
    },
    move(x, y) {
      show({ ...current, x: current.x + x * current.width, y: current.y + y * current.height });
    },
    fit() {
      show(full);
    },
    reveal(box) {
      if (
        box.x < current.x ||
        box.y < current.y ||
        box.x + box.width > current.x + current.width ||
        box.y + box.height > current.y + current.height
      ) {
        show({
          ...current,
          x: box.x + box.width / 2 - current.width / 2,
          y: box.y + box.height / 2 - current.height / 2,
        });
      }
    },
    get isWhole() {
      return current.width >= full.width;
    },
  };
}

function attachTree(tree) {
  const svg = tree.querySelector("svg.tree__drawing");
  const tools = tree.querySelector("[data-tree-tools]");
  if (!svg || !tools?.inert) return;
  tools.inert = false;
  const view = createView(svg);
  const keys = {
    "+": () => view.zoom(STEP),
    "=": () => view.zoom(STEP),
    "-": () => view.zoom(1 / STEP),
    0: () => view.fit(),
    ArrowLeft: () => view.move(-0.15, 0),
    ArrowRight: () => view.move(0.15, 0),
    ArrowUp: () => view.move(0, -0.15),
    ArrowDown: () => view.move(0, 0.15),
  };
  tools.addEventListener("click", (event) => {
    const action = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (action === "in") view.zoom(STEP);
    if (action === "out") view.zoom(1 / STEP);
    if (action === "fit") {
      tree.classList.add("is-whole");
      view.fit();
    }
  });
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith("Arrow");
    if (!keys[event.key] || (isArrow && view.isWhole)) return;
    event.preventDefault();
    keys[event.key]();
  });
  tree.addEventListener("focusin", (event) => {
    const box = event.target.closest(".tree__node")?.getBBox?.();
    if (box) view.reveal(box);
  });
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      view.zoom(event.deltaY < 0 ? STEP : 1 / STEP);
    },
    { passive: false },
  );
  attachDrag(svg, view);
}

function attachDrag(svg, view) {
  let lastPoint = null;
  let wasDragged = false;
  svg.addEventListener("pointerdown", (event) => {
    if (view.isWhole || event.button !== 0 || event.target.closest("[data-skill]")) return; // the editor drags these
    lastPoint = { x: event.clientX, y: event.clientY };
    wasDragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!lastPoint) return;
    const frame = svg.getBoundingClientRect();
    const x = (lastPoint.x - event.clientX) / frame.width;
    const y = (lastPoint.y - event.clientY) / frame.height;
    wasDragged = wasDragged || Math.abs(x) + Math.abs(y) > 0.005;
    view.move(x, y);
    lastPoint = { x: event.clientX, y: event.clientY };
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
    svg.addEventListener(name, () => {
      lastPoint = null;
    });
  }
  // Dragging must not open the skill under the pointer where the drag ends.
  svg.addEventListener(
    "click",
    (event) => {
      if (wasDragged) {
        event.preventDefault();
        event.stopPropagation();
        wasDragged = false;
      }
    },
    true,
  );
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

export function attachTrees(root) {
  for (const tree of root.querySelectorAll?.("[data-tree]") ?? []) attachTree(tree);
}
