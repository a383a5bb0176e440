// Scrolls the open tab into view where the tabs are wider than the screen.

export function attachTabs() {
  for (const tabs of document.querySelectorAll(".tabs--long")) {
    const current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2 - tabs.offsetLeft;
  }
}
