// Keeps the browser's time zone in a cookie, so that the server shows times on the visitor's own clock.
// The first page that a stranger opens may be a page of times: it is loaded once more, now on their clock.

const YEAR = 60 * 60 * 24 * 365;

function kept() {
  const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith("zone="));
  return pair?.slice("zone=".length);
}

export function attachZones() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const before = kept();
  if (!own || before === own) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `zone=${own}; Max-Age=${YEAR}; Path=/; SameSite=Lax${secure}`;
  const guess = document.querySelector("[data-zone-guess='guess']");
  if (guess && !before && kept() === own && guess.value !== own) location.reload();
}
