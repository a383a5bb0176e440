// Pages that other sites show in a frame: posts messages to the site that shows it, which has named its origin.
// `ready` for each page with its step, `height` when it changes, and `booked` with the reference and the times.

import { attachChoices } from "./choices.js";
import { attachLengths } from "./length.js";
import { attachMonth } from "./month.js";
import { attachPlaces } from "./places.js";

const { site, step, booked } = document.body.dataset;

function post(type, details) {
  if (site && window.parent !== window) window.parent.postMessage({ type: `waymark:${type}`, ...details }, site);
}

function postHeight() {
  post("height", { height: Math.ceil(document.getElementById("main").getBoundingClientRect().height) });
}

attachChoices();
attachLengths(document);
attachMonth(document);
attachPlaces(document);
document.querySelector("[data-focus]")?.focus({ preventScroll: true });
post("ready", { step });
new ResizeObserver(postHeight).observe(document.getElementById("main"));
if (booked) post("booked", JSON.parse(booked));
