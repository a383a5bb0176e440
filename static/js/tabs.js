// Scrolls the open tab into view where the tabs are wider than the screen, and again when their font is there.

export function attachTabs() {
  showOpenTabs();
  document.fonts.ready.then(showOpenTabs);
}

function showOpenTabs() {
  for (const tabs of document.querySelectorAll(".tabs--long")) {
    const current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2 - tabs.offsetLeft;
  }
}
