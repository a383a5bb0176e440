// The month as a date grid (ARIA APG): one tab stop, arrows by day and week, Home and End, Page Up and Page Down by
// month, with Shift by year. Without this file every free day is a link of its own.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
let wanted = "";

function date(text) {
  return new Date(`${text}T12:00:00Z`);
}

function text(day) {
  return day.toISOString().slice(0, 10);
}

// 31 January and a month is 28 February, not 3 March.
function months(day, count) {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1, 12));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0, 12)).getUTCDate();
  first.setUTCDate(Math.min(day.getUTCDate(), last));
  return first;
}

function target(event, day) {
  const weekday = (day.getUTCDay() + 6) % 7;
  const by = (days) => new Date(day.getTime() + days * 86_400_000);
  if (event.key in STEPS) return by(STEPS[event.key]);
  if (event.key === "Home") return by(-weekday);
  if (event.key === "End") return by(6 - weekday);
  const way = { PageUp: -1, PageDown: 1 }[event.key];
  return way ? months(day, event.shiftKey ? way * 12 : way) : null;
}

function days(grid) {
  return [...grid.querySelectorAll("[data-day]")];
}

function stopAt(grid, day) {
  for (const each of days(grid)) each.tabIndex = each === day ? 0 : -1;
}

function show(grid, day) {
  const found = grid.querySelector(`[data-day="${day}"]`);
  if (found) {
    stopAt(grid, found);
    found.focus();
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set("month", day.slice(0, 7));
  for (const name of ["day", "lost", "start"]) address.searchParams.delete(name);
  wanted = day;
  const url = address.pathname + address.search;
  window.htmx.ajax("GET", url, { target: "#times", swap: "outerHTML show:none" }).then(() => history.pushState({ htmx: true }, "", url));
}

export function attachMonth(root) {
  for (const grid of root.querySelectorAll("[data-grid]")) {
    const chosen = grid.querySelector(`[data-day="${wanted || grid.dataset.grid}"]`) ?? days(grid)[0];
    if (!chosen) continue;
    stopAt(grid, chosen);
    if (wanted) chosen.focus();
    wanted = "";
    grid.addEventListener("keydown", (event) => {
      const on = event.target.closest("[data-day]");
      const next = on && !event.ctrlKey && !event.metaKey && !event.altKey && target(event, date(on.dataset.day));
      if (!next) return;
      event.preventDefault();
      show(grid, text(next));
    });
  }
}
