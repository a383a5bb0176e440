// The search form with data-finder: leaves empty fields out of its requests, so that the address stays short enough to share,
// and shows the filters that the server has read from a sentence in the search field.

import { ownZone } from "./zones.js";

// Fields that mean nothing unless one of these other fields is filled in.
const NEEDS = { currency: ["max_rate"], miles: ["place"], km: ["place"], zone: ["day", "time", "date"] };

function isIdle(name, get) {
  if (!get(name)) return true;
  if (name === "zone" && /\s/.test(get("q") ?? "")) return false; // a sentence may contain a day
  return Boolean(NEEDS[name] && !NEEDS[name].some(get));
}

function dropFromRequest(event) {
  const form = event.target.closest?.("[data-finder]");
  if (!form) return;
  const { parameters } = event.detail;
  const names = [...new Set(new FormData(form).keys())];
  for (const name of names.filter((name) => isIdle(name, (other) => parameters[other]))) delete parameters[name];
}

// Also called for the FormData above and that of htmx, where it does no harm.
function dropFromSubmission({ target, formData }) {
  if (!target.matches?.("[data-finder]")) return;
  const values = Object.fromEntries(formData);
  for (const name of Object.keys(values)) if (isIdle(name, (other) => values[other])) formData.delete(name);
}

// While somebody types a sentence, the address has what the server understands, and the form follows when they are done.
function showFilters(form) {
  const parameters = new URLSearchParams(window.location.search);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || !parameters.size) continue;
    const value = parameters.get(field.name);
    if (field.type === "checkbox") field.checked = value !== null;
    else if (value !== null || (!NEEDS[field.name] && field.value)) choose(field, value ?? "");
  }
}

function choose(field, value) {
  if (field.options && ![...field.options].some((option) => option.value === value))
    field.add(new Option(value, value));
  field.value = value;
}

export function attachSearchForm() {
  // Only the browser knows the time zone of a visitor without an account.
  for (const field of document.querySelectorAll("[data-own-zone]")) {
    field.value = ownZone() || field.value;
  }
  let isUnderstood = false;
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target.matches?.("[data-finder]")) isUnderstood = detail.xhr.getResponseHeader("HX-Push-Url") !== null;
  });
  // Typing has already sent the search. Sending it again when the field loses focus would replace the element that has
  // just received the focus.
  document.addEventListener(
    "change",
    (event) => {
      if (!event.target.matches?.("[data-finder] [type=search]")) return;
      event.stopPropagation();
      if (isUnderstood) showFilters(event.target.form);
      isUnderstood = false;
    },
    true,
  );
  document.addEventListener("htmx:configRequest", dropFromRequest);
  document.addEventListener("formdata", dropFromSubmission);
}
