"""Pages as a browser reads them: a run of white space is one space, wherever a template breaks its lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse

KEPT_OR_SPACE = re.compile(r"(<(textarea|pre)\b.*?</\2>)|\s+", re.DOTALL)
EDGES_OF_CLASS = re.compile(r'class=" ?([^"]*?) ?"')
TITLE_OR_OPTION = re.compile(r"(<(?:title|option)\b[^>]*?) ?(>) ?| (?=</(?:title|option)>)")


def one_space(html: str) -> str:
    """Collapses white space as browsers do, and drops it at the edges of class names, titles and options."""
    html = KEPT_OR_SPACE.sub(lambda match: match[1] or " ", html)
    return TITLE_OR_OPTION.sub(r"\1\2", EDGES_OF_CLASS.sub(r'class="\1"', html))


class OneSpaceMiddleware:
    """For tests that look for words in a page's source."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            response.content = one_space(response.content.decode()).encode()
        return response


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
