// A drawing with data-tree can be made larger and moved, by buttons, keys, wheel and pointer. Without this file it scrolls.

const STEP = 1.3;
const MOST = 4;

function view(svg) {
  const whole = svg.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  let now = { ...full };

  function show(next) {
    const width = Math.min(full.width, Math.max(full.width / MOST, next.width));
    const height = (width * full.height) / full.width;
    now = {
      width,
      height,
      x: Math.min(full.width - width, Math.max(0, next.x)),
      y: Math.min(full.height - height, Math.max(0, next.y)),
    };
    svg.setAttribute("viewBox", `${now.x} ${now.y} ${now.width} ${now.height}`);
  }

  return {
    zoom(by, x = now.x + now.width / 2, y = now.y + now.height / 2) {
      const width = now.width / by;
      const share = width / now.width;
      show({ width, x: x - (x - now.x) * share, y: y - (y - now.y) * share });
    },
    move(x, y) {
      show({ ...now, x: now.x + x * now.width, y: now.y + y * now.height });
    },
    fit() {
      show(full);
    },
    reveal(box) {
      if (box.x < now.x || box.y < now.y || box.x + box.width > now.x + now.width || box.y + box.height > now.y + now.height) {
        show({ ...now, x: box.x + box.width / 2 - now.width / 2, y: box.y + box.height / 2 - now.height / 2 });
      }
    },
    get isWhole() {
      return now.width >= full.width;
    },
  };
}

function attachTree(tree) {
  const svg = tree.querySelector("svg.tree__drawing");
  const tools = tree.querySelector("[data-tree-tools]");
  if (!svg || !tools?.inert) return;
  tools.inert = false;
  const shown = view(svg);
  const keys = {
    "+": () => shown.zoom(STEP),
    "=": () => shown.zoom(STEP),
    "-": () => shown.zoom(1 / STEP),
    0: () => shown.fit(),
    ArrowLeft: () => shown.move(-0.15, 0),
    ArrowRight: () => shown.move(0.15, 0),
    ArrowUp: () => shown.move(0, -0.15),
    ArrowDown: () => shown.move(0, 0.15),
  };
  tools.addEventListener("click", (event) => {
    const how = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (how === "in") shown.zoom(STEP);
    if (how === "out") shown.zoom(1 / STEP);
    if (how === "fit") shown.fit();
  });
  tree.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith("Arrow");
    if (!keys[event.key] || (isArrow && shown.isWhole)) return;
    event.preventDefault();
    keys[event.key]();
  });
  tree.addEventListener("focusin", (event) => {
    const box = event.target.closest(".tree__node")?.getBBox?.();
    if (box) shown.reveal(box);
  });
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      shown.zoom(event.deltaY < 0 ? STEP : 1 / STEP);
    },
    { passive: false },
  );
  attachDrag(svg, shown);
}

function attachDrag(svg, shown) {
  let last = null;
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    if (shown.isWhole || event.button !== 0) return;
    last = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!last) return;
    const frame = svg.getBoundingClientRect();
    const x = (last.x - event.clientX) / frame.width;
    const y = (last.y - event.clientY) / frame.height;
    moved = moved || Math.abs(x) + Math.abs(y) > 0.005;
    shown.move(x, y);
    last = { x: event.clientX, y: event.clientY };
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
    svg.addEventListener(name, () => {
      last = null;
    });
  }
  // Whoever has dragged did not mean to open the skill that the pointer came to rest on.
  svg.addEventListener(
    "click",
    (event) => {
      if (moved) {
        event.preventDefault();
        event.stopPropagation();
        moved = false;
      }
    },
    true,
  );
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}

export function attachTrees(root) {
  for (const tree of root.querySelectorAll?.("[data-tree]") ?? []) attachTree(tree);
}
