// Submits the form of a field with data-auto-submit as soon as it changes (without this file, people press the button),
// and writes the minutes of a slider with data-minutes as hours and minutes. A form with data-return-here leads back to the
// address as it is now, which has changed since the page was loaded if a day or a length was chosen. A form with
// data-submit-on-load is submitted with the page: a link from another site cannot change anything by itself.

export function attachChoices() {
  document.querySelector("form[data-submit-on-load]")?.requestSubmit();
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-auto-submit]")) event.target.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches?.("[data-return-here]")) {
      event.target.elements.namedItem("next").value = location.pathname + location.search;
    }
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-minutes]")) return;
    const minutes = Number(event.target.value);
    const parts = [minutes >= 60 && `${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} min`];
    document.querySelector("[data-minutes-shown]").textContent = parts.filter(Boolean).join(" ");
  });
}
