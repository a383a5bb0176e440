// Stores the browser's time zone in a cookie, so that the server shows times in it. If the first page that a visitor opens
// already shows times, it is loaded again with the right ones.

const YEAR = 60 * 60 * 24 * 365;

// Temporal knows it at once; Intl first loads all that it needs to write dates, 60 ms on a slow telephone.
export function ownZone() {
  return globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function storedZone() {
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith("zone="));
  return pair?.slice("zone=".length);
}

// Returns whether the page is loaded again.
export function attachZones() {
  const zone = ownZone();
  const before = storedZone();
  if (!zone || before === zone) return false;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `zone=${zone}; Max-Age=${YEAR}; Path=/; SameSite=Lax${secure}`;
  const guess = document.querySelector("[data-zone-guess='guess']");
  const isWrong = Boolean(guess) && !before && storedZone() === zone && guess.value !== zone;
  if (isWrong) location.reload();
  return isWrong;
}
