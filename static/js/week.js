// Shows weekly hours as a calendar: drag to add hours, to move or resize them, click to remove. It reads the form's text
// fields and writes into them, so that saving works the same with and without it.

import { Calendar } from "fullcalendar";
import interaction from "fullcalendar/interaction";
import classic from "fullcalendar/themes/classic";
import timeGrid from "fullcalendar/timegrid";

const MONDAY = Date.UTC(2024, 0, 1); // any week that begins on a Monday
const DAY = 24 * 60;
const TIME = String.raw`(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:([ap])\.?m\.?)?`;
const SPAN = new RegExp(String.raw`^${TIME}\s*(?:-|–|—|to|until)\s*${TIME}$`, "i");

const root = document.querySelector("[data-week-calendar]");
const isTwelve = root?.dataset.clock === "12";
const fields = [...document.querySelectorAll("[data-week] input")];
const status = root?.querySelector("[data-week-status]");

function partsOf(text) {
  return text
    .split(/[,;]|\band\b/)
    .map((part) => part.trim())
    .filter(Boolean);
}

// Returns what the calendar cannot draw, such as words: it stays in the field.
function undrawn(text) {
  return partsOf(text).filter((part) => !SPAN.test(part) && !["closed", "-", "–"].includes(part.toLowerCase()));
}

function read(text) {
  const spans = [];
  for (const part of partsOf(text)) {
    const match = SPAN.exec(part);
    if (!match) continue;
    const [, first, second, half, third, fourth, other] = match;
    const ends = minutes(third, fourth, other, half).map((end) => end || DAY); // midnight, as an end
    const all = minutes(first, second, half, other).flatMap((start) => ends.map((end) => [start, end]));
    const fitting = all.find(([start, end]) => start < end && end <= DAY);
    if (fitting) spans.push(fitting);
  }
  return spans;
}

// Returns what a time can mean, likeliest first: `9` beside `5pm` is nine in the evening or in the morning.
function minutes(hour, minute, half, other) {
  const rest = Number(minute ?? 0);
  if (!half && !other) return [hour * 60 + rest];
  if (hour < 1 || hour > 12) return [];
  const likely = (half ?? other).toLowerCase();
  const halves = half ? [likely] : [likely, likely === "p" ? "a" : "p"];
  return halves.map((letter) => ((hour % 12) + (letter === "p" ? 12 : 0)) * 60 + rest);
}

function formatTime(minute) {
  const hour = Math.floor(minute / 60);
  if (isTwelve)
    return `${hour % 12 || 12}:${String(minute % 60).padStart(2, "0")} ${hour >= 12 && hour < 24 ? "PM" : "AM"}`;
  return `${String(hour).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
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

// Splits hours at midnight and merges those that touch or overlap.
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
    for (const [start, end] of days[weekday].sort((a, b) => a[0] - b[0])) {
      const last = merged.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    const drawn = merged.map(([start, end]) => `${formatTime(start)}–${formatTime(end)}`);
    field.value = [...drawn, ...undrawn(field.value)].join(", ");
  });
}

function offerUndo(calendar, event) {
  const removed = { start: event.start.toISOString(), end: event.end.toISOString() };
  event.remove();
  write(calendar);
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button--bare";
  undo.textContent = "Undo";
  undo.addEventListener("click", () => {
    calendar.addEvent(removed);
    write(calendar);
    status.textContent = "They are back.";
  });
  status.replaceChildren("Those hours are closed. Save to keep it.", undo);
}

function saveChange(calendar, sentence) {
  write(calendar);
  draw(calendar);
  status.textContent = `${sentence} Save to keep it.`;
}

// Takes the calendar out of the tab order: with a keyboard or screen reader, the text fields are easier to use.
function removeFromTabOrder(grid) {
  const update = () => {
    for (const part of grid.querySelectorAll("a[href], button, [tabindex]:not([tabindex='-1'])")) part.tabIndex = -1;
  };
  new MutationObserver(update).observe(grid, { childList: true, subtree: true, attributeFilter: ["tabindex", "href"] });
  update();
}

function open() {
  const calendar = new Calendar(root.querySelector(".week__grid"), {
    plugins: [timeGrid, interaction, classic],
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
    slotHeaderFormat: { hour: isTwelve ? "numeric" : "2-digit", minute: "2-digit", hour12: isTwelve },
    eventTimeFormat: { hour: isTwelve ? "numeric" : "2-digit", minute: "2-digit", hour12: isTwelve },
    nowIndicator: false,
    selectable: true,
    editable: true,
    eventResizableFromStart: true,
    select: ({ start, end }) => {
      calendar.addEvent({ start, end });
      calendar.unselect();
      saveChange(calendar, "Opened.");
    },
    eventDrop: () => saveChange(calendar, "Moved."),
    eventResize: () => saveChange(calendar, "Changed."),
    eventClick: ({ event }) => offerUndo(calendar, event),
  });
  root.hidden = false;
  calendar.render();
  draw(calendar);
  removeFromTabOrder(root.querySelector(".week__grid"));
  for (const field of fields) field.addEventListener("change", () => draw(calendar));
}

if (root && fields.length === 7) open();
