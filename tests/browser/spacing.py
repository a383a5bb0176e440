"""Finds faults in the spaces of a page: words that run together, and spaces where none belongs."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import Page

# Positions decide, not the source: a gap of a flex row counts as a space, and two table cells do not run together.
FAULTS = r"""() => {
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const clipped = (element) => element.closest(".unseen, svg, textarea, pre, code, script, style, noscript, [data-any-text]");
  const position = (node, index) => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    return range.getClientRects()[0];
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let before = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data;
    if (!text.trim() || clipped(node.parentElement) || !shown(node.parentElement)) continue;
    const inside = text.match(/\S*\s+[,.;!?)](?!\S*\w)|\S*\s+:(?=\s|$)|\(\s+\S*/);
    if (inside) faults.push(inside[0]);
    const first = text.search(/\S/);
    if (before) {
      const end = position(before.node, before.last);
      const start = position(node, first);
      const overlap = end && start ? Math.min(end.bottom, start.bottom) - Math.max(end.top, start.top) : 0;
      const sameLine = overlap > Math.min(end?.height, start?.height) / 2 && start.left >= end.left;
      const gap = sameLine ? start.left - end.right : 0;
      const letters = before.node.data[before.last] + text[first];
      const excerpt = before.node.data.trim().slice(-30) + "|" + text.trim().slice(0, 30);
      if (sameLine && gap < 1 && /[\p{L}\p{N},.;:!?)][\p{L}\p{N}(]/u.test(letters)) faults.push("no space: " + excerpt);
      if (sameLine && gap >= 1 && gap < 12 && /.[,.;:!?)]/u.test(letters)) faults.push("a space: " + excerpt);
      if (sameLine && gap >= 1 && gap < 12 && /\(./u.test(letters)) faults.push("a space: " + excerpt);
    }
    before = { node, last: text.trimEnd().length - 1 };
  }
  return faults;
}"""


OPEN_ALL = "() => document.querySelectorAll('details').forEach((part) => { part.open = true; })"


def spacing_faults(page: Page, *, with_details: bool = False) -> list[str]:
    """Returns an excerpt for each place where two words run together, or where a space stands before punctuation.

    `with_details` opens what the page has folded away.
    """
    if with_details:
        page.evaluate(OPEN_ALL)
    return cast("list[str]", page.evaluate(FAULTS))
