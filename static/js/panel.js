// Shows the pages on which a session is moved or time is blocked in the dialog of the calendar, and sends their forms. A page
// that cannot be loaded is opened as a page of its own.

import { attachToasts } from "./toasts.js";

const HEADERS = { "HX-Request": "true", "HX-Target": "question" };
const DAY = 24 * 60 * 60 * 1000;

const dialog = document.getElementById("panel");
let listeners = {};
let isDone = false;

export async function openPanel(address, onLoaded) {
  if (!dialog) return location.assign(address);
  const answer = await fetch(address, { headers: HEADERS });
  if (!answer.ok || answer.redirected) return location.assign(address);
  isDone = false;
  show(await answer.text());
  onLoaded?.(question());
}

function question() {
  return dialog.querySelector("[data-question]");
}

function show(html) {
  dialog.innerHTML = html;
  for (const part of dialog.querySelectorAll("[data-only-panel], [data-keys]")) part.hidden = false;
  const keys = dialog.querySelector("[data-keys]");
  if (keys && !dialog.querySelector("[data-step]")) keys.hidden = true;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[data-focus]") ?? dialog.querySelector("#panel-title"))?.focus();
}

async function send(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: HEADERS });
  if (answer.status === 422) return show(await answer.text());
  if (!answer.ok || answer.redirected) return location.reload();
  isDone = true;
  dialog.close();
  showToast(await answer.text());
  listeners.onDone?.();
}

function showToast(html) {
  const toasts = document.getElementById("toasts");
  for (const former of toasts.querySelectorAll(".toast--undo")) former.remove();
  toasts.insertAdjacentHTML("beforeend", html);
  attachToasts(toasts);
  const toast = toasts.querySelector(".toast--undo");
  if (toast) setTimeout(() => toast.remove(), Number(toast.dataset.seconds) * 1000);
}

async function undo(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: HEADERS });
  form.closest(".toast").remove();
  if (!answer.ok || answer.redirected) return location.reload();
  showToast(await answer.text());
  listeners.onDone?.();
}

function submit(event) {
  const form = event.target;
  if (form.matches("[data-undo]")) {
    event.preventDefault();
    undo(form);
  } else if (dialog?.contains(form) && form.matches("[data-confirm]")) {
    event.preventDefault();
    send(form);
  } else if (dialog?.contains(form) && form.matches("[data-panel-form]")) {
    event.preventDefault();
    openPanel(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
  }
}

function click(event) {
  const link = event.target.closest("a[data-panel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPanel(link.href);
}

// Up and down go to the free times around the one shown; left and right go a day back and on.
function pressKey(event) {
  if (event.target.matches("input, textarea, select")) return;
  const step = { ArrowUp: "before", ArrowDown: "after" }[event.key];
  const days = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const { start, address } = question()?.dataset ?? {};
  if (step) {
    const link = dialog.querySelector(`[data-step=${step}]`);
    if (link) event.preventDefault();
    if (link) openPanel(link.href);
  } else if (days && start) {
    event.preventDefault();
    const day = new Date(new Date(start).getTime() + days * DAY).toISOString();
    openPanel(`${address}?${new URLSearchParams({ start: day, snap: "yes" })}`);
  }
}

export function watchPanel(functions) {
  listeners = functions;
  document.addEventListener("submit", submit);
  if (!dialog) return;
  document.addEventListener("click", click);
  dialog.addEventListener("keydown", pressKey);
  dialog.addEventListener("close", () => {
    if (!isDone) listeners.onLeft?.();
  });
}
