"""The wire format: forms whose names have brackets, and answers with an error."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

Record = dict[str, Any]
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


class Failure(Exception):
    """An answer with an error. `has_begun` says that work had begun, so that the answer is kept for its key."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        has_begun: bool = False,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.has_begun = status, has_begun
        fields = {"type": kind, "message": message, "code": code, "param": param} | details
        self.error = {name: value for name, value in fields.items() if value is not None}


def decoded(form: str) -> Record:
    """Returns the parameters of a form: `a[b][0]=c` is `{"a": {"b": ["c"]}}`."""
    tree: Record = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        match = NAME.fullmatch(name)
        if match is None:
            raise Failure(f"Invalid parameter name: {name}")
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        branch = tree
        for key in keys[:-1]:
            branch = branch.setdefault(key or str(len(branch)), {})
            if not isinstance(branch, dict):
                raise Failure(f"Invalid parameter: {name}", param=keys[0])
        branch[keys[-1] or str(len(branch))] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    children = {name: _with_lists(child) for name, child in value.items()}
    return list(children.values()) if children and all(name.isdigit() for name in children) else children


def check_names(form: Record, *allowed: str) -> None:
    """Refuses parameters that the operation does not have, as Stripe does."""
    for name in form:
        if name not in (*allowed, "expand"):
            raise Failure(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def required(form: Record, name: str) -> Any:
    value = form.get(name)
    if value in (None, ""):
        raise Failure(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return value


def whole(value: Any, name: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", str(value)):
        raise Failure(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def chosen(value: Any, name: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Failure(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return str(value)
