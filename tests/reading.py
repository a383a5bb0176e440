"""Pages as a browser reads them: a run of white space is one space, wherever a template breaks its lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse

KEPT = re.compile(r"(<textarea\b.*?</textarea>|<pre\b.*?</pre>)", re.DOTALL)
EDGES_OF_CLASS = re.compile(r'class=" ?([^"]*?) ?"')
TITLE_OR_OPTION = re.compile(r"(<(?:title|option)\b[^>]*?) ?> ?")


def one_space(html: str) -> str:
    """Collapses white space as browsers do, and drops it at the edges of class names, titles and options."""
    parts = KEPT.split(html)
    parts[::2] = map(_collapsed, parts[::2])
    html = TITLE_OR_OPTION.sub(r"\1>", EDGES_OF_CLASS.sub(r'class="\1"', "".join(parts)))
    return html.replace(" </title>", "</title>").replace(" </option>", "</option>")


def _collapsed(text: str) -> str:
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and not text.isspace() else ""
    return f"{before}{' '.join(text.split())}{after}"


class OneSpaceMiddleware:
    """For tests that look for words in a page's source."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = one_space(response.content.decode()).encode()
        return response


def visible_text(answer: Any) -> str:
    """Returns the text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
