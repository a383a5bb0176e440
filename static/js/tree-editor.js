// Edits a skill tree with data-tree-editor by dragging and by keys. Each change is sent by the form with data-quick-change.
// The forms beside the tree do the same without this file.

const MOVED = 4; // pixels from which a press is a drag

let lastSkill = ""; // gets the focus again after the editor was replaced

function attachEditor(editor) {
  const svg = editor.querySelector("svg.tree__drawing");
  const form = editor.querySelector("[data-quick-change]");
  const announcement = editor.querySelector("[data-said]")?.textContent.trim();
  if (announcement) say(announcement);
  if (!svg || !form) return;
  if (lastSkill) svg.querySelector(`[data-skill="${CSS.escape(lastSkill)}"]`)?.focus({ preventScroll: true });
  lastSkill = "";

  function send(values, skill) {
    lastSkill = skill;
    for (const input of form.querySelectorAll("input[type=hidden]")) {
      if (input.name !== "csrfmiddlewaretoken") input.value = values[input.name] ?? "";
    }
    form.requestSubmit();
  }

  const actions = {
    move: (node, tier) => send({ act: "move", skill: node.dataset.skill, tier }, node.dataset.skill),
    connect: (from, to) =>
      send({ act: "connect", skill: to.dataset.skill, needed: from.dataset.skill }, to.dataset.skill),
    fundamental(node) {
      const value = "fundamental" in node.dataset ? "no" : "yes";
      send({ act: "fundamental", skill: node.dataset.skill, value }, node.dataset.skill);
    },
    undo: () => editor.querySelector("[data-undo-change] button")?.click(),
  };
  attachKeys(svg, actions);
  attachDrag(svg, actions);
}

function say(text) {
  const live = document.getElementById("tree-said");
  if (live) live.textContent = text;
}

function attachKeys(svg, actions) {
  let start = null; // the skill from which a connection was begun
  function begin(node) {
    start?.classList.remove("is-start");
    start = node;
    start?.classList.add("is-start");
  }
  svg.addEventListener("keydown", (event) => {
    const node = event.target.closest("[data-skill]");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (["1", "2", "3"].includes(key)) {
      if (node.dataset.tier !== key) actions.move(node, key);
    } else if (key === "f") actions.fundamental(node);
    else if (key === "u") {
      lastSkill = node.dataset.skill;
      actions.undo();
    } else if (key === "c") {
      begin(node);
      say(`Choose the skill that comes after ${node.dataset.name} and press Enter. Escape stops.`);
    } else if (key === "escape" && start) {
      begin(null);
      say("No connection was made.");
    } else if (key === "enter" && start && start !== node) {
      actions.connect(start, node);
      begin(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function attachDrag(svg, actions) {
  let drag = null;

  function point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  }
  function under(event, selector) {
    const elements = document.elementsFromPoint(event.clientX, event.clientY);
    return elements.map((element) => element.closest(selector)).find((element) => element && element !== drag.node);
  }
  function mark(element) {
    svg.querySelector(".is-over")?.classList.remove("is-over");
    element?.classList.add("is-over");
  }
  function end() {
    mark(null);
    drag.line?.remove();
    drag.node.removeAttribute("transform");
    drag.node.classList.remove("is-dragged");
    svg.classList.remove("is-connecting");
    drag = null;
  }

  // Where a finger begins on a grip or handle, the page must not scroll instead.
  svg.addEventListener(
    "touchstart",
    (event) => {
      if (event.target.closest("[data-grip], [data-handle]")) event.preventDefault();
    },
    { passive: false },
  );
  svg.addEventListener("pointerdown", (event) => {
    const node = event.target.closest("[data-skill]");
    const isConnecting = Boolean(event.target.closest("[data-handle]"));
    const isMouse = event.pointerType === "mouse";
    if (!node || event.button !== 0 || !(isMouse || isConnecting || event.target.closest("[data-grip]"))) return;
    drag = { node, isConnecting, start: point(event), x: event.clientX, y: event.clientY, isMoving: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < MOVED) return;
      drag.isMoving = true;
      svg.setPointerCapture(event.pointerId);
      drag.node.classList.add("is-dragged");
      if (drag.isConnecting) {
        svg.classList.add("is-connecting");
        drag.line = document.createElementNS(svg.namespaceURI, "path");
        drag.line.setAttribute("class", "tree__line tree__line--new");
        svg.append(drag.line);
      }
    }
    const here = point(event);
    if (drag.isConnecting) {
      drag.line.setAttribute("d", `M${drag.start.x} ${drag.start.y}L${here.x} ${here.y}`);
      mark(under(event, "[data-skill]"));
    } else {
      drag.node.setAttribute("transform", `translate(${here.x - drag.start.x} ${here.y - drag.start.y})`);
      mark(under(event, "[data-zone]"));
    }
  });
  svg.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { node, isConnecting, isMoving } = drag;
    const target = isMoving ? under(event, isConnecting ? "[data-skill]" : "[data-zone]") : null;
    const isTap = !isMoving && event.pointerType !== "mouse";
    end();
    if (isTap) node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    if (!isMoving) return;
    svg.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => svg.removeEventListener("click", swallow, { capture: true }));
    if (target && isConnecting) actions.connect(node, target);
    else if (target && target.dataset.zone !== node.dataset.tier) actions.move(node, target.dataset.zone);
  });
  svg.addEventListener("pointercancel", () => drag && end());
}

// The click that ends a drag must not open the skill.
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

export function attachTreeEditors(root) {
  if (root.matches?.("[data-tree-editor]")) attachEditor(root);
  for (const editor of root.querySelectorAll?.("[data-tree-editor]") ?? []) attachEditor(editor);
}
