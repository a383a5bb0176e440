// A search form with data-finder asks only for what is filled in, so that its address stays short enough to pass on.

const NEEDS = { currency: "max_rate", miles: "place" };
const USUAL = { sort: "rating" };

export function attachFinder() {
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.target.closest?.("[data-finder]");
    if (!form) return;
    const asked = event.detail.parameters;
    for (const name of new Set(new FormData(form).keys())) {
      const isIdle = NEEDS[name] && !asked[NEEDS[name]];
      if (!asked[name] || isIdle || USUAL[name] === asked[name]) delete asked[name];
    }
  });
}
