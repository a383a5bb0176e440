// Where tabs slide, the open one is slid into sight.

export function attachTabs() {
  for (const tabs of document.querySelectorAll(".tabs--long")) {
    const here = tabs.querySelector("[aria-current]");
    if (here) tabs.scrollLeft = here.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2 - tabs.offsetLeft;
  }
}
