// Leaves empty and default fields out of the requests of a search form with data-finder, so that the address stays short
// enough to share.

// Fields that mean nothing unless one of these other fields is filled in.
const NEEDS = { currency: ["max_rate"], miles: ["place"], zone: ["day", "time", "date"] };
const DEFAULTS = { sort: "rating" };

export function attachSearchForm() {
  // Only the browser knows the time zone of a visitor without an account.
  for (const field of document.querySelectorAll("[data-own-zone]")) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
  }
  // Typing has already sent the search. Sending it again when the field loses focus would replace the element that has
  // just received the focus.
  document.addEventListener(
    "change",
    (event) => event.target.matches?.("[data-finder] [type=search]") && event.stopPropagation(),
    true,
  );
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.target.closest?.("[data-finder]");
    if (!form) return;
    const { parameters } = event.detail;
    for (const name of new Set(new FormData(form).keys())) {
      const isIdle = NEEDS[name] && !NEEDS[name].some((other) => parameters[other]);
      if (!parameters[name] || isIdle || DEFAULTS[name] === parameters[name]) delete parameters[name];
    }
  });
}
