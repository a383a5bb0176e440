// Attaches each behaviour to the elements that ask for it with a data attribute. Every page also works without this file.

import { attachCalendly } from "./calendly.js";
import { attachChoices } from "./choices.js";
import { attachCopying } from "./copying.js";
import { attachCountdowns } from "./countdown.js";
import { attachCounts } from "./counts.js";
import { attachDialogs } from "./dialogs.js";
import { attachSearchForm } from "./finder.js";
import { attachFocus } from "./focus.js";
import { attachHoldRelease, attachHolds, attachOnce } from "./hold.js";
import { attachLengths } from "./length.js";
import { attachLines } from "./lines.js";
import { attachLive } from "./live.js";
import { attachMaps } from "./maps.js";
import { attachMenus } from "./menus.js";
import { attachMonth } from "./month.js";
import { attachOptimism } from "./optimistic.js";
import { attachPlaces } from "./places.js";
import { attachPrint } from "./print.js";
import { attachReorder } from "./reorder.js";
import { attachTabs } from "./tabs.js";
import { attachThemes } from "./themes.js";
import { attachToasts } from "./toasts.js";
import { attachTrees } from "./tree.js";
import { attachTreeEditors } from "./tree-editor.js";
import { attachUploads } from "./upload.js";
import { attachZones } from "./zones.js";

function focusSummary(root) {
  root.querySelector("[data-focus]")?.focus({ preventScroll: Boolean(location.hash) });
}

function attach(root) {
  attachToasts(root);
  attachPlaces(root);
  attachLengths(root);
  attachLines(root);
  attachReorder(root);
  attachMonth(root);
  attachHolds(root);
  attachCountdowns(root);
  attachMaps(root);
  attachUploads(root);
  attachPrint(root);
  attachCopying(root);
  attachCounts();
  attachTrees(root);
  attachTreeEditors(root);
  focusSummary(root);
}

attachCalendly();
attachMenus();
attachTabs();
attachOnce();
attachOptimism();
attachHoldRelease();
attachThemes();
const isReloaded = attachZones();
attachDialogs();
attachFocus();
attachSearchForm();
if (!isReloaded) attachLive();
attach(document);
attachChoices();
document.addEventListener("htmx:load", (event) => attach(event.target));
