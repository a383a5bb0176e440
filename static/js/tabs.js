// Scrolls the open tab into view where the tabs are wider than the screen, and again when their font is there.

export function attachTabs() {
  const rows = document.querySelectorAll(".tabs--long");
  if (rows.length === 0) return; // asking for the fonts lays out the whole page
  showOpenTabs(rows);
  document.fonts.ready.then(() => showOpenTabs(rows));
}

function showOpenTabs(rows) {
  for (const tabs of rows) {
    const current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2 - tabs.offsetLeft;
  }
}
