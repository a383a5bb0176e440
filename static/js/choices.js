// Submits the form of a field with data-auto-submit as soon as it changes (without this file, people press the button),
// and writes the minutes of a slider with data-minutes as hours and minutes.

export function attachChoices() {
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-auto-submit]")) event.target.form?.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-minutes]")) return;
    const minutes = Number(event.target.value);
    const words = [minutes >= 60 && `${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} min`];
    document.querySelector("[data-minutes-shown]").textContent = words.filter(Boolean).join(" ");
  });
}
