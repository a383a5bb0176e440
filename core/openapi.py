"""Describes in OpenAPI what all operations of the API have in common: how callers sign in, and how errors are answered.

Types for the fields of responses that are texts in Python, and instants or one of a few words in the description.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from ninja.openapi.schema import OpenAPISchema
from pydantic import PlainSerializer, WithJsonSchema

from core.api import UNSAFE, Api, anyone
from core.errors import registered_refusals

INSTANT = {"type": "string", "format": "date-time"}
# An instant that answers give in milliseconds.
WrittenInstant = Annotated[
    datetime, PlainSerializer(DjangoJSONEncoder().default), WithJsonSchema(INSTANT, "serialization")
]
InstantText = Annotated[str, WithJsonSchema(INSTANT)]
DateText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
# What every operation may answer, and those that change something besides.
ERRORS = (400, 401, 403, 404, 405, 422, 429, 500, 503)
ERRORS_OF_CHANGES = (409, 413)
WITH_WAIT = (429, 503)
TOKEN, SESSION = "token", "session"
SECURITY_SCHEMES = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the account page, with the scope named here.",
    },
    SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "The cookie of a signed-in browser (`__Host-session` under https). Changes also need `X-CSRFToken`.",
    },
}
DAY_OR_INSTANT = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "maxLength": 0},  # as forms send a field that is empty
    ]
}
DayOrInstantText = Annotated[str, WithJsonSchema(DAY_OR_INSTANT)]  # one end of a period
FROM = {
    "in": "query",
    "name": "from",
    "required": False,
    "schema": {"anyOf": [*DAY_OR_INSTANT["anyOf"], {"type": "null"}]},
}


def refused_with(*statuses: int) -> dict[str, Any]:
    """Describes refusals that only this operation answers, beside those that every operation may answer."""
    return {"responses": {status: {"$ref": f"#/components/responses/Error{status}"} for status in statuses}}


def enum_of(values: Iterable[str]) -> WithJsonSchema:
    """Describes a text as one of these."""
    return WithJsonSchema({"type": "string", "enum": sorted(values)})


class DescribedApi(Api):
    """The API, whose description also says how callers sign in and which errors each operation answers."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        open_operations = self._open_operations()
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _describe_errors(method.upper(), operation)
                _describe_start(operation)
                credentials: list[dict[str, list[str]]] = [{TOKEN: []}, {SESSION: []}]
                is_open = operation["operationId"] in open_operations
                operation["security"] = [{}, *credentials] if is_open else credentials
        schema["components"]["responses"] = {
            f"Error{status}": _error(status) for status in (*ERRORS, *ERRORS_OF_CHANGES)
        }
        schema["components"]["securitySchemes"] = SECURITY_SCHEMES
        return schema

    def _open_operations(self) -> set[str]:
        """Returns the ids of the operations that are open to callers who are not signed in."""
        return {
            operation.operation_id or self.get_openapi_operation_id(operation)
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
            if any(anyone in getattr(check, "args", ()) for check in operation.auth_callbacks)
        }


def _describe_errors(method: str, operation: dict[str, Any]) -> None:
    statuses = (*ERRORS, *ERRORS_OF_CHANGES) if method in UNSAFE else ERRORS
    for status in sorted(statuses):
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Error{status}"})


def _describe_start(operation: dict[str, Any]) -> None:
    """Describes `from` beside `to`: the word is a keyword in Python, so operations read it from the request."""
    names = [parameter["name"] for parameter in operation["parameters"]]
    if "to" in names and "from" not in names:
        operation["parameters"].insert(names.index("to"), FROM)


def _error(status: int) -> dict[str, Any]:
    """Describes the answers with this status: the envelope, and the codes of the refusals that have it."""
    refusals = {refusal.code: refusal.sentence for refusal in registered_refusals() if refusal.status == status}
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "enum": sorted(refusals)},
            "message": {"type": "string"},
            "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
    }
    envelope = {
        "type": "object",
        "required": ["success", "error"],
        "properties": {"success": {"type": "boolean", "const": False}, "error": error},
    }
    response: dict[str, Any] = {
        "description": "\n".join(f"- `{code}`: {sentence}" for code, sentence in sorted(refusals.items())),
        "content": {"application/json": {"schema": envelope}},
    }
    if status in WITH_WAIT:
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}}
    return response
