// Shows a slider beside the field for the hours of a session, and what that length costs. Without this file, people type
// the hours and see the price on the next page.

function price(prices, hours) {
  return prices[String(Math.round(Number(hours) * 60))] ?? "";
}

function show(form, prices, hours) {
  const slider = form.querySelector("[data-length-slider]");
  const text = price(prices, hours);
  slider.setAttribute("aria-valuetext", text || `${hours} h`);
  form.querySelector("[data-length-price]").textContent = text;
}

export function attachLengths(root) {
  for (const form of root.querySelectorAll("[data-length]")) {
    const slider = form.querySelector("[data-length-slider]");
    if (!slider.hidden) continue;
    const field = form.querySelector("[name=hours]");
    const prices = JSON.parse(form.dataset.length);
    slider.hidden = false;
    form.querySelector("[data-length-price]").hidden = false;
    slider.value = field.value;
    slider.addEventListener("input", () => {
      field.value = slider.value;
      show(form, prices, field.value);
    });
    field.addEventListener("input", () => {
      slider.value = field.value;
      show(form, prices, field.value);
    });
    show(form, prices, field.value);
  }
}
