// Keeps the time that is left until a deadline up to date. Without this file the page shows it as of when it was opened.

const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function spoken(seconds) {
  const parts = [];
  let rest = seconds;
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(", ") || "less than a minute";
}

function attach(element) {
  const end = Date.parse(element.dataset.countdown);
  if (Number.isNaN(end)) return;
  const timer = setInterval(show, 15000);
  function show() {
    const left = Math.round((end - Date.now()) / 1000);
    if (!element.isConnected || left <= 0) clearInterval(timer);
    element.textContent = left > 0 ? spoken(left) : "no time";
  }
  show();
}

export function attachCountdowns(root) {
  for (const element of root.querySelectorAll("[data-countdown]")) attach(element);
}
