// Repairs what FullCalendar tells screen readers: names of cells that hide their content, headers without text, and links
// that are list items. Hours that scroll can have the focus: a day without sessions has nothing else to scroll it with by
// keyboard. FullCalendar draws again and again, so its changes are watched.

function repair(grid) {
  for (const cell of grid.querySelectorAll("[role=columnheader][aria-label], [role=gridcell][aria-label]")) {
    cell.removeAttribute("aria-label");
  }
  for (const part of grid.querySelectorAll("[role=columnheader] [aria-hidden=true]"))
    part.removeAttribute("aria-hidden");
  for (const header of grid.querySelectorAll("[role=rowheader]:empty")) header.setAttribute("role", "gridcell");
  for (const list of grid.querySelectorAll("[role=list]")) list.setAttribute("role", "group");
  for (const item of grid.querySelectorAll("[role=listitem]")) item.removeAttribute("role");
  for (const scroller of grid.querySelectorAll("[role=rowgroup] [style*=overflow]:not([tabindex])")) {
    // What has the focus in a grid needs a role: it takes over that of the group of rows around it.
    scroller.closest("[role=rowgroup]")?.setAttribute("role", "none");
    scroller.setAttribute("role", "rowgroup");
    scroller.tabIndex = 0;
  }
}

export function keepRoles(grid) {
  const filter = ["role", "aria-label", "aria-hidden"];
  new MutationObserver(() => repair(grid)).observe(grid, { childList: true, subtree: true, attributeFilter: filter });
  repair(grid);
}
