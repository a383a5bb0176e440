// The week as a calendar: drag to open hours, move and stretch them, click to remove. The text fields of the form stay
// the truth: the calendar is drawn from them and writes into them, so that saving is the same with and without it.

const MONDAY = Date.UTC(2024, 0, 1); // any week that begins on a Monday
const DAY = 24 * 60;
const SPAN = /^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.h]?(\d{2}))?$/i;

const root = document.querySelector("[data-week-calendar]");
const fields = [...document.querySelectorAll("[data-week] input")];
const status = root?.querySelector("[data-week-status]");

function read(text) {
  const spans = [];
  for (const part of text.split(/[,;]|\band\b/).map((each) => each.trim())) {
    const found = SPAN.exec(part);
    if (!found) continue;
    const [start, end] = [found[1] * 60 + Number(found[2] ?? 0), found[3] * 60 + Number(found[4] ?? 0)];
    if (start < end && end <= DAY) spans.push([start, end]);
  }
  return spans;
}

function clock(minute) {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

function instant(weekday, minute) {
  return new Date(MONDAY + (weekday * DAY + minute) * 60_000).toISOString();
}

function minuteOf(date) {
  return Math.round((date.getTime() - MONDAY) / 60_000);
}

function draw(calendar) {
  calendar.removeAllEvents();
  fields.forEach((field, weekday) => {
    for (const [start, end] of read(field.value)) {
      calendar.addEvent({ start: instant(weekday, start), end: instant(weekday, end) });
    }
  });
}

// What lies over midnight is two stretches; what touches or overlaps is one.
function write(calendar) {
  const days = fields.map(() => []);
  for (const event of calendar.getEvents()) {
    const [from, to] = [minuteOf(event.start), minuteOf(event.end)];
    for (let day = Math.max(0, Math.floor(from / DAY)); day < 7 && day * DAY < to; day += 1) {
      days[day].push([Math.max(0, from - day * DAY), Math.min(DAY, to - day * DAY)]);
    }
  }
  fields.forEach((field, weekday) => {
    const merged = [];
    for (const [start, end] of days[weekday].sort((one, other) => one[0] - other[0])) {
      const last = merged.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    field.value = merged.map(([start, end]) => `${clock(start)}–${clock(end)}`).join(", ");
  });
}

function offerUndo(calendar, event) {
  const kept = { start: event.start.toISOString(), end: event.end.toISOString() };
  event.remove();
  write(calendar);
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button--bare";
  undo.textContent = "Undo";
  undo.addEventListener("click", () => {
    calendar.addEvent(kept);
    write(calendar);
    status.textContent = "They are back.";
  });
  status.replaceChildren("Those hours are closed. Save to keep it.", undo);
}

function changed(calendar, words) {
  write(calendar);
  draw(calendar);
  status.textContent = `${words} Save to keep it.`;
}

// The fields are the better control for a keyboard and a screen reader, so the drawing is out of both their ways.
function keepOutOfTheWay(grid) {
  const quiet = () => {
    for (const part of grid.querySelectorAll("a[href], button, [tabindex]:not([tabindex='-1'])")) part.tabIndex = -1;
  };
  new MutationObserver(quiet).observe(grid, { childList: true, subtree: true, attributeFilter: ["tabindex", "href"] });
  quiet();
}

function open() {
  const calendar = new window.FullCalendar.Calendar(root.querySelector(".week__grid"), {
    initialView: "timeGridWeek",
    initialDate: "2024-01-01",
    timeZone: "UTC",
    firstDay: 1,
    headerToolbar: false,
    allDaySlot: false,
    height: 560,
    scrollTime: "07:00:00",
    snapDuration: "00:15:00",
    dayHeaderFormat: { weekday: "short" },
    slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    nowIndicator: false,
    selectable: true,
    editable: true,
    eventResizableFromStart: true,
    select: ({ start, end }) => {
      calendar.addEvent({ start, end });
      calendar.unselect();
      changed(calendar, "Opened.");
    },
    eventDrop: () => changed(calendar, "Moved."),
    eventResize: () => changed(calendar, "Changed."),
    eventClick: ({ event }) => offerUndo(calendar, event),
  });
  root.hidden = false;
  calendar.render();
  draw(calendar);
  keepOutOfTheWay(root.querySelector(".week__grid"));
  for (const field of fields) field.addEventListener("change", () => draw(calendar));
}

if (root && fields.length === 7 && window.FullCalendar) open();
