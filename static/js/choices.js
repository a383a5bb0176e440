// Choices that take effect at once: a field with data-auto-submit sends its form. Without this file a button does.

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
