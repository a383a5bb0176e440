// Keyboard navigation in the month, following the date grid of the ARIA Authoring Practices: one tab stop; arrows move by
// day and week, Home and End within the week, Page Up and Page Down by month, with Shift by year. Without this file every
// free day is its own tab stop.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
let dayToFocus = ""; // once its month has been loaded

function parseDate(text) {
  return new Date(`${text}T12:00:00Z`);
}

function formatDate(day) {
  return day.toISOString().slice(0, 10);
}

// Adds months and keeps within the month: 31 January plus one is 28 February, not 3 March.
function addMonths(day, count) {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1, 12));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0, 12)).getUTCDate();
  first.setUTCDate(Math.min(day.getUTCDate(), last));
  return first;
}

function targetDay(event, day) {
  const weekday = (day.getUTCDay() + 6) % 7;
  const addDays = (days) => new Date(day.getTime() + days * 86_400_000);
  if (event.key in STEPS) return addDays(STEPS[event.key]);
  if (event.key === "Home") return addDays(-weekday);
  if (event.key === "End") return addDays(6 - weekday);
  const direction = { PageUp: -1, PageDown: 1 }[event.key];
  return direction ? addMonths(day, event.shiftKey ? direction * 12 : direction) : null;
}

function daysOf(grid) {
  return [...grid.querySelectorAll("[data-day]")];
}

function setTabStop(grid, day) {
  for (const other of daysOf(grid)) other.tabIndex = other === day ? 0 : -1;
}

function moveTo(grid, day) {
  const cell = grid.querySelector(`[data-day="${day}"]`);
  if (cell) {
    setTabStop(grid, cell);
    cell.focus();
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set("month", day.slice(0, 7));
  for (const name of ["day", "lost", "start"]) address.searchParams.delete(name);
  const url = address.pathname + address.search;
  if (!window.htmx) {
    location.assign(url); // in a frame on another site
    return;
  }
  dayToFocus = day;
  window.htmx
    .ajax("GET", url, { target: "#times", swap: "outerHTML show:none" })
    .then(() => history.pushState({ htmx: true }, "", url));
}

export function attachMonth(root) {
  for (const grid of root.querySelectorAll("[data-grid]")) {
    const chosen = grid.querySelector(`[data-day="${dayToFocus || grid.dataset.grid}"]`) ?? daysOf(grid)[0];
    if (!chosen) continue;
    setTabStop(grid, chosen);
    if (dayToFocus) chosen.focus();
    dayToFocus = "";
    grid.addEventListener("keydown", (event) => {
      const current = event.target.closest("[data-day]");
      const next =
        current &&
        !event.ctrlKey &&
        !event.metaKey &&
        !event.altKey &&
        targetDay(event, parseDate(current.dataset.day));
      if (!next) return;
      event.preventDefault();
      moveTo(grid, formatDate(next));
    });
  }
}
