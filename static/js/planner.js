// Draws the calendar of a builder or a client. Sessions are moved and time is blocked in a dialog that shows the same pages
// as without this file. On narrow screens the list of days below it, which the server renders, is used instead.

import { Calendar } from "fullcalendar";
import dayGrid from "fullcalendar/daygrid";
import interaction from "fullcalendar/interaction";
import list from "fullcalendar/list";
import classic from "fullcalendar/themes/classic";
import timeGrid from "fullcalendar/timegrid";
import { keepRoles } from "./calendar-roles.js";
import { openPanel, watchPanel } from "./panel.js";

const VIEWS = { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth", list: "listWeek" };
const WIDE = matchMedia("(width >= 48rem)");
const REFRESH_DELAY = 300; // several events at once, such as a move, load the entries once

const root = document.querySelector("[data-planner]");
const addresses = root?.dataset ?? {};
const isTwelve = addresses.clock === "12";
const drawn = new WeakMap(); // the entry that each element shows
let calendar = null;
let pending = null; // takes a dragged session back, until its move is confirmed
let dragged = null;

async function load({ start, end }) {
  const query = new URLSearchParams({ start: start.toISOString(), end: end.toISOString() });
  const answer = await fetch(`${addresses.entries}?${query}`);
  if (!answer.ok) throw new Error(`The calendar's entries: ${answer.status}`);
  const { entries, opened } = await answer.json();
  const hours = opened.map(([from, to]) => ({
    start: from * 1000,
    end: to * 1000,
    display: "background",
    kind: "open",
  }));
  return [...hours, ...entries.map(toEvent)];
}

function toEvent(entry) {
  const isMovable = Boolean(entry.move);
  return {
    ...entry,
    allDay: entry.kind === "goal",
    title: entry.who ? `${entry.who}, ${entry.title}` : entry.title,
    startEditable: isMovable,
    durationEditable: Boolean(entry.resize),
    interactive: Boolean(entry.url),
    name: entry.title,
  };
}

function classOf({ event }) {
  const { kind = "new", state, colour } = event.extendedProps; // new: what is being selected
  const isOver = event.end && event.end < new Date();
  const names = ["entry", `entry--${kind}`];
  if (kind === "session") {
    names.push(`session--${colour}`, `entry--${state.toLowerCase()}`);
    if (isOver) names.push("entry--over");
  }
  return names.join(" ");
}

function describe({ event, el }) {
  const { kind, name, who, note, move } = event.extendedProps;
  if (!kind || kind === "open" || kind === "allowed") return;
  drawn.set(el, event);
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
    hour12: isTwelve,
    timeZone: addresses.zone,
  });
  const span = event.end ? format.formatRange(event.start, event.end) : format.format(event.start);
  const time = event.allDay ? "" : span;
  el.setAttribute("aria-description", [note, time].filter(Boolean).join(". "));
  el.title = [name, who, note].filter(Boolean).join("\n");
  if (move) el.setAttribute("aria-keyshortcuts", "M");
}

// Shows where a session can go while it is dragged.
async function showAllowed({ event }) {
  const { move } = event.extendedProps;
  dragged = event.id || move;
  const shown = dragged;
  const { activeStart, activeEnd } = calendar.view;
  const query = new URLSearchParams({ start: activeStart.toISOString(), end: activeEnd.toISOString() });
  const answer = await fetch(`${move}starts/?${query}`);
  if (!answer.ok || dragged !== shown) return;
  const { starts, minutes } = await answer.json();
  const events = merged(starts, minutes).map(([start, end]) => ({
    start,
    end,
    display: "background",
    kind: "allowed",
  }));
  if (dragged === shown) calendar.addEventSource({ id: "allowed", events });
}

function merged(starts, minutes) {
  const spans = [];
  for (const start of starts) {
    const [from, to] = [start * 1000, (start + minutes * 60) * 1000];
    const last = spans.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}

function hideAllowed() {
  dragged = null;
  calendar.getEventSourceById("allowed")?.remove();
}

function askToMove({ event, revert }) {
  ask(event, revert, event.extendedProps.move, { start: event.start.toISOString(), snap: "yes" });
}

function askToResize({ event, revert }) {
  ask(event, revert, event.extendedProps.resize, { end: event.end.toISOString() });
}

// The session is shown where it would go; where it cannot go, it is back before the reason is read.
function ask(event, revert, address, query) {
  pending = revert;
  openPanel(`${address}?${new URLSearchParams(query)}`, (question) => {
    if (question.dataset.start) event.setDates(question.dataset.start, question.dataset.end);
    else undoDrag();
  });
}

function undoDrag() {
  pending?.();
  pending = null;
  calendar?.unselect();
}

function keepDrag() {
  pending = null;
  refresh();
  document.getElementById("agenda")?.dispatchEvent(new CustomEvent("live"));
}

function selectTime({ start, end }) {
  const query = new URLSearchParams({ start: start.toISOString(), end: end.toISOString() });
  openPanel(`${addresses.block}?${query}`);
}

function showTitle({ view }) {
  root.querySelector("[data-title]").textContent = view.type === VIEWS.week ? weekTitle(view) : view.title;
  const name = Object.keys(VIEWS).find((key) => VIEWS[key] === view.type);
  for (const button of root.querySelectorAll("[data-show-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.showView === name));
  }
  const address = new URL(location.href);
  address.searchParams.set("show", name);
  address.searchParams.set("day", calendar.formatIso(calendar.getDate(), true));
  address.searchParams.delete("moved");
  history.replaceState(history.state, "", address);
}

// Names a day so that it begins with what its header or its cell shows.
function dayName(_text, date) {
  const part = (options) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: addresses.zone }).format(date);
  const weekday = part({ weekday: calendar.view.type === VIEWS.list ? "long" : "short" });
  return `${weekday} ${part({ day: "numeric" })} ${part({ month: "long", year: "numeric" })}`;
}

function weekTitle({ activeStart, activeEnd }) {
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: addresses.zone,
  });
  return format.formatRange(activeStart, new Date(activeEnd.getTime() - 1));
}

function draw() {
  const time = { hour: isTwelve ? "numeric" : "2-digit", minute: "2-digit", hour12: isTwelve };
  calendar = new Calendar(root.querySelector("[data-grid]"), {
    plugins: [dayGrid, timeGrid, list, interaction, classic],
    initialView: VIEWS[addresses.show] ?? VIEWS.week,
    initialDate: addresses.day,
    timeZone: addresses.zone,
    locale: "en-gb",
    firstDay: 1,
    headerToolbar: false,
    allDaySlot: !addresses.block, // of a client, for the deadlines of goals
    height: "100%",
    nowIndicator: true,
    navLinks: true,
    navLinkHint: dayName,
    navLinkDayClick: (date) => calendar.changeView(VIEWS.day, date),
    dayMaxEvents: 4,
    moreLinkClass: "planner__more",
    scrollTime: "08:00:00",
    snapDuration: "00:15:00",
    slotHeaderFormat: time,
    eventTimeFormat: time,
    slotEventOverlap: false,
    eventInteractive: true,
    selectable: Boolean(addresses.block),
    selectMirror: true,
    selectMinDistance: 5,
    eventClass: classOf,
    eventDidMount: describe,
    backgroundEventClass: classOf,
    dayHeaderClass: ({ isToday }) => (isToday ? "planner__today" : ""),
    eventDragStart: showAllowed,
    eventDragStop: hideAllowed,
    eventDrop: askToMove,
    eventResize: askToResize,
    select: selectTime,
    datesSet: showTitle,
    events: load,
  });
  root.hidden = false;
  calendar.render();
  keepRoles(root.querySelector("[data-grid]"));
}

function listenToButtons() {
  for (const button of root.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => calendar[button.dataset.go]());
  }
  for (const button of root.querySelectorAll("[data-show-view]")) {
    button.addEventListener("click", () => calendar.changeView(VIEWS[button.dataset.showView]));
  }
}

function listenToKeys() {
  root.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
    const entry = drawn.get(event.target.closest(".entry"));
    if (!entry?.extendedProps.move) return;
    event.preventDefault();
    openPanel(entry.extendedProps.move);
  });
}

function refresh() {
  clearTimeout(refresh.timer);
  refresh.timer = setTimeout(() => calendar?.refetchEvents(), REFRESH_DELAY);
}

function showOnWideScreens() {
  if (WIDE.matches && !calendar) draw();
}

if (root) {
  watchPanel({ onDone: keepDrag, onLeft: undoDrag });
  listenToButtons();
  listenToKeys();
  root.addEventListener("live", refresh);
  WIDE.addEventListener("change", showOnWideScreens);
  showOnWideScreens();
}
