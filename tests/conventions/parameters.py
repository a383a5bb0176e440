"""Collects the parameters that a view reads, from the sources of the functions and forms that it uses."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.urls import URLPattern

OURS = ("core", "accounts", "connections", "pathways", "coaching", "scheduling", "bookings", "marketplace", "payments")
SWITCHES = frozenset({"act", "verb"})  # parameters that select what a view does
NAME = re.compile(r"[a-z][a-z0-9_-]*(-[A-Z_]+)?")
FORM_FROM_QUERY = re.compile(r"request\.GET( if|,|\)|\.items)|else request\.GET")
READERS = frozenset({"get", "getlist", "pop"})
MAPPINGS = frozenset({"GET", "POST", "FILES", "fields"})
NEVER_READ = re.compile(r"\.(models|services|emails|outbox|live|tasks)(\.|$)")
# Names that are composed at run time, by the function that reads them.
PATTERNS = {
    "_chosen": ("date_1",),
    "moves_in": ("skill_set-up-your-tools",),
    "Lines": tuple(
        f"{prefix}-{name}"
        for prefix in ("prices", "durations", "questions", "tiers", "shares")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "0-id", "0-minutes", "0-price", "0-label", "0-options", "0-hours", "0-builder", "0-percent")
    ),
}  # fmt: skip
OF_ALLAUTH = ("next", "login", "password", "password1", "email", "code", "action_add", "action_remove", "action_send")


@dataclass(frozen=True)
class Reads:
    """The parameters that a view may read, from a form or a query string, and the words that it compares them with."""

    names: tuple[str, ...]
    queried: tuple[str, ...]
    words: tuple[str, ...]


@cache
def reads_of(pattern: URLPattern) -> Reads:
    """Returns what the view of an address reads."""
    view = pattern.callback
    names: set[str] = set()
    queried: set[str] = set()
    words: set[str] = set()
    if view.__module__.startswith("allauth"):
        names.update(OF_ALLAUTH)
        queried.add("next")
    pieces = _used_by(view)
    reads_forms = any(_fills_forms_from_queries(piece) for piece in pieces)
    for piece in pieces:
        names |= _names(piece) | set(PATTERNS.get(piece.__name__, ()))
        if reads_forms or not hasattr(piece, "base_fields"):
            queried |= _names(piece) - _posted(piece)
        if isinstance(piece, FunctionType) and SWITCHES & _names(piece):
            words |= _words(piece)
    return Reads(tuple(sorted(names)), tuple(sorted(queried)), tuple(sorted(words)))


def _used_by(view: Any) -> set[Any]:
    """Returns the view and all our functions and classes that it uses, directly or not."""
    reached: set[Any] = set()
    waiting = [view]
    while waiting:
        piece = waiting.pop()
        if piece in reached:
            continue
        reached.add(piece)
        waiting.extend(_ours_in(piece))
    return {piece for piece in reached if piece.__module__.split(".")[0] in OURS}


@cache
def _ours_in(piece: Any) -> tuple[Any, ...]:
    """Returns the functions and classes of ours that a piece mentions."""
    return tuple(other for other in _mentioned(piece) if _is_ours(other))


def _is_ours(piece: Any) -> bool:
    if not isinstance(piece, FunctionType | type):
        return False
    module = piece.__module__
    is_read = module.split(".")[0] in OURS and not NEVER_READ.search(module)
    return is_read or (hasattr(piece, "__closure__") and piece.__closure__ is not None and "view" in piece.__qualname__)


def _mentioned(piece: Any) -> Iterator[Any]:
    """Yields what a function wraps, closes over and names, or the methods and bases of a class."""
    if isinstance(piece, type):
        for member in vars(piece).values():
            yield getattr(member, "fget", None) or getattr(member, "func", None) or member
        yield from piece.__mro__[1:]
        return
    if wrapped := getattr(piece, "__wrapped__", None):
        yield wrapped
    for cell in getattr(piece, "__closure__", None) or ():
        yield cell.cell_contents
    for name in _names_in(piece.__code__):
        value = piece.__globals__.get(name)
        if isinstance(value, ModuleType):
            yield from (getattr(value, other, None) for other in _names_in(piece.__code__))
        else:
            yield value


def _names_in(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*(_names_in(part) for part in inner))


@cache
def _tree(piece: Any) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(piece)))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


@cache
def _fills_forms_from_queries(piece: Any) -> bool:
    return FORM_FROM_QUERY.search(ast.unparse(_tree(piece))) is not None


@cache
def _names(piece: Any) -> frozenset[str]:
    """Returns names read by `.get("name")`, `.getlist("name")`, `POST["name"]`, `for name in ("q", "sort")`, and form fields."""
    names: set[str] = set(getattr(piece, "base_fields", {})) if isinstance(piece, type) else set()
    for node in ast.walk(_tree(piece)):
        if isinstance(node, ast.Call):
            if getattr(node.func, "attr", None) in READERS:
                names |= _texts(node.args[:1])
            prefixes = _texts(keyword.value for keyword in node.keywords if keyword.arg == "prefix")
            form = getattr(piece, "__globals__", {}).get(getattr(node.func, "id", ""))
            names |= {f"{prefix}-{name}" for prefix in prefixes for name in getattr(form, "base_fields", {})}
        elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", None) in MAPPINGS:
            names |= _texts([node.slice])
        elif isinstance(node, ast.DictComp | ast.ListComp) and ".get(" in ast.unparse(node):
            names |= {
                text for part in node.generators if isinstance(part.iter, ast.Tuple) for text in _texts(part.iter.elts)
            }
    return frozenset(name for name in names if NAME.fullmatch(name))


@cache
def _posted(piece: Any) -> frozenset[str]:
    """Returns the names that are read from POST data only."""
    calls = [node for node in ast.walk(_tree(piece)) if isinstance(node, ast.Call)]
    return frozenset(text for call in calls if "POST" in ast.unparse(call.func) for text in _texts(call.args[:1]))


@cache
def _words(piece: Any) -> frozenset[str]:
    """Returns the words that a parameter such as `act` is compared with."""
    words: set[str] = set()
    for node in ast.walk(_tree(piece)):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                words |= _texts(side.elts if isinstance(side, ast.Tuple) else [side])
        elif isinstance(node, ast.Dict):
            words |= _texts(key for key in node.keys if key is not None)
    for name in piece.__code__.co_names:
        value = piece.__globals__.get(name)
        words.update(key for key in value if isinstance(key, str)) if isinstance(value, dict) else None
    return frozenset(word for word in words if word.isidentifier() and len(word) <= 10 and word.islower())


def _texts(nodes: Any) -> set[str]:
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
