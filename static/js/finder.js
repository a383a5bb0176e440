// A search form with data-finder asks only for what is filled in, so that its address stays short enough to pass on.

const NEEDS = { currency: ["max_rate"], miles: ["place"], zone: ["day", "time", "date"] };
const USUAL = { sort: "rating" };

export function attachFinder() {
  // A stranger's clock is only known to their browser.
  for (const field of document.querySelectorAll("[data-own-zone]")) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
  }
  // What is typed has been asked for already; asking again when the field is left would take away what has the focus.
  document.addEventListener("change", (event) => event.target.matches?.("[data-finder] [type=search]") && event.stopPropagation(), true);
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.target.closest?.("[data-finder]");
    if (!form) return;
    const asked = event.detail.parameters;
    for (const name of new Set(new FormData(form).keys())) {
      const isIdle = NEEDS[name] && !NEEDS[name].some((other) => asked[other]);
      if (!asked[name] || isIdle || USUAL[name] === asked[name]) delete asked[name];
    }
  });
}
