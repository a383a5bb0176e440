// Moves a session of a plan to another time: its handle is dragged to a day, or pressed and steered with the arrow keys.
// While that goes on, each day shows when the session would begin. Without this file, the page of each session lists the
// same times.

const NEAR_EDGE = 80; // px from the edge of the screen, where the page scrolls along with what is dragged
const SCROLL_STEP = 16;
const BELOW = 56; // px that the dragged session lies below the finger, so that the day under it can be seen
const DRAG_DISTANCE = 5; // px, so that a press that trembles is no drag

let moving = null; // the session that is being moved: handle, session, starts, target

function startOf([at, day, minute, label]) {
  return { at, day, minute, label };
}

async function load(session) {
  const answer = await fetch(session.dataset.starts, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error("no times");
  return (await answer.json()).starts.map(startOf);
}

async function begin(handle, isByKeys) {
  const session = handle.closest("[data-session]");
  const current = { handle, session, isByKeys, starts: [], target: null, wanted: Number(session.dataset.minute) };
  moving = current;
  session.classList.add("is-moving");
  session.classList.toggle("is-dragged", !isByKeys);
  say("Loading the free times…");
  try {
    current.starts = await load(session);
  } catch {
    if (moving === current) stop("The free times could not be loaded. Use “Change” instead.");
    return;
  }
  if (moving !== current) return;
  if (!current.starts.length) return stop("There is no other free time for this session.");
  showDays();
  if (isByKeys) chooseStart(nearestTo(session.dataset.at));
  else say("Drag the session to one of the marked days.");
}

function nearestTo(at) {
  const instant = Date.parse(at);
  return moving.starts.reduce((best, start) =>
    Math.abs(Date.parse(start.at) - instant) < Math.abs(Date.parse(best.at) - instant) ? start : best,
  );
}

// The start on this day that is nearest to the time of day that the session has now.
function startOn(day) {
  const ofDay = moving.starts.filter((start) => start.day === day);
  const distance = ({ minute }) => Math.abs(minute - moving.wanted);
  return ofDay.length ? ofDay.reduce((best, start) => (distance(start) < distance(best) ? start : best)) : null;
}

function days() {
  return document.querySelectorAll("#plan [data-day]");
}

function showDays() {
  for (const day of days()) {
    const start = startOn(day.dataset.day);
    day.classList.toggle("is-free", Boolean(start));
    const time = day.querySelector("[data-day-time]");
    if (time) time.textContent = start ? start.label.split(", ").at(-1) : "";
  }
  document.getElementById("plan").classList.add("is-choosing");
}

function chooseStart(start) {
  moving.target = start;
  for (const day of days()) {
    const isTarget = day.dataset.day === start?.day;
    day.classList.toggle("is-target", isTarget);
    if (isTarget) day.querySelector("[data-day-time]").textContent = start.label.split(", ").at(-1);
    if (isTarget && moving.isByKeys) day.scrollIntoView({ block: "nearest" });
  }
  if (!start) return;
  say(moving.isByKeys ? `${start.label}. Enter moves the session there, Escape keeps it.` : start.label);
}

function say(text) {
  const status = document.querySelector("[data-plan-status]");
  if (status) status.textContent = text;
}

function stop(text) {
  const { session } = moving;
  moving = null;
  session.classList.remove("is-moving", "is-dragged");
  session.removeAttribute("style"); // also the empty attribute, which htmx would copy and the security policy forbid
  document.getElementById("plan")?.classList.remove("is-choosing");
  for (const day of days()) {
    day.classList.remove("is-free", "is-target");
    const time = day.querySelector("[data-day-time]");
    if (time) time.textContent = "";
  }
  say(text);
}

function commit() {
  const { session, target } = moving;
  stop(target ? `Moving to ${target.label}…` : "The session stays where it was.");
  if (!target) return;
  window.htmx.ajax("POST", session.dataset.move, {
    source: session,
    target: "#plan",
    swap: "outerHTML show:none",
    values: { act: "move", session: session.dataset.id, start: target.at },
  });
}

// By keys ---------------------------------------------------------------------------------------------------

function steer(event) {
  const { starts, target } = moving;
  if (event.key === "Escape") {
    event.preventDefault();
    return stop("The session stays where it was.");
  }
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return commit();
  }
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const dayStep = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!(step || dayStep) || !target) return;
  event.preventDefault();
  const place = starts.indexOf(target);
  if (step) return chooseStart(starts[place + step] ?? target);
  const others = [...new Set(starts.map(({ day }) => day))];
  const day = others[others.indexOf(target.day) + dayStep];
  if (day) chooseStart(startOn(day));
}

function pressKey(event) {
  if (moving?.isByKeys) return steer(event);
  if (moving && event.key === "Escape") return stop("The session stays where it was.");
  const handle = event.target.closest?.("[data-grip]");
  if (!handle || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  begin(handle, true);
}

function leave(event) {
  if (moving?.isByKeys && event.target === moving.handle) stop("The session stays where it was.");
}

// By mouse and touch ----------------------------------------------------------------------------------------

let pointer = null; // where the pointer went down, on which handle, and where it is

function press(event) {
  const handle = event.target.closest?.("[data-grip]");
  if (!handle || event.button || !event.isPrimary || moving) return;
  pointer = { handle, id: event.pointerId, x: event.clientX, y: event.clientY, scrolled: window.scrollY };
  handle.setPointerCapture(event.pointerId);
}

function drag(event) {
  if (!pointer || event.pointerId !== pointer.id) return;
  const [x, y] = [event.clientX - pointer.x, event.clientY - pointer.y];
  if (!pointer.isDragging) {
    if (Math.hypot(x, y) < DRAG_DISTANCE) return;
    pointer.isDragging = true;
    begin(pointer.handle, false);
  }
  if (!moving) return;
  pointer.last = event;
  follow();
  scrollAlong();
}

function follow() {
  const { last } = pointer;
  const scrolled = window.scrollY - pointer.scrolled;
  moving.session.style.translate = `${last.clientX - pointer.x}px ${last.clientY - pointer.y + scrolled + BELOW}px`;
  if (!moving.starts.length) return;
  const day = document
    .elementsFromPoint(last.clientX, last.clientY)
    .filter((element) => !moving.session.contains(element))
    .map((element) => element.closest("#plan [data-day]"))
    .find(Boolean);
  chooseStart(day ? startOn(day.dataset.day) : null);
}

function scrollAlong() {
  const { last } = pointer;
  const step =
    last.clientY < NEAR_EDGE ? -SCROLL_STEP : last.clientY > window.innerHeight - NEAR_EDGE ? SCROLL_STEP : 0;
  if (!step || pointer.isScrolling) return;
  pointer.isScrolling = true;
  requestAnimationFrame(() => {
    if (!pointer) return;
    pointer.isScrolling = false;
    if (!moving) return;
    window.scrollBy(0, step);
    follow();
    scrollAlong();
  });
}

function drop(event) {
  if (!pointer || event.pointerId !== pointer.id) return;
  pointer = null;
  if (moving) commit();
}

function cancel(event) {
  if (!pointer || event.pointerId !== pointer.id) return;
  pointer = null;
  if (moving) stop("The session stays where it was.");
}

// A click on the handle, as screen readers make it, begins as a key does.
function click(event) {
  const handle = event.target.closest?.("[data-grip]");
  if (handle && event.detail === 0 && !moving) begin(handle, true);
}

function showHandles(root) {
  for (const handle of root.querySelectorAll("[data-grip]")) handle.hidden = false;
}

document.addEventListener("keydown", pressKey);
document.addEventListener("focusout", leave);
document.addEventListener("pointerdown", press);
document.addEventListener("pointermove", drag);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", cancel);
document.addEventListener("click", click);
document.addEventListener("htmx:load", (event) => showHandles(event.target));
showHandles(document);
