"""HTML that is kept in the memory of a process by all that it depends on, so that it never has to be deleted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django.utils.safestring import SafeString


class ReadyHtml:
    """Keeps rendered HTML by its key, and drops what was not used for longest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, SafeString] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, render: Callable[[], SafeString]) -> SafeString:
        """Returns the HTML of this key, which has to name everything that `render` reads."""
        with self._lock:
            html = self._known.get(key)
            if html is not None:
                self._known.move_to_end(key)
                return html
        html = render()
        with self._lock:
            self._known[key] = html
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return html
