"""The operations of the JSON API, and what every answer of it has in common."""

from __future__ import annotations

import json
import re
from typing import Any

from config.embedded.paths import PROJECT

SCHEMA_FILE = PROJECT / "docs" / "openapi.json"
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())  # generating it would take each worker a second
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
OPERATIONS = [(method.upper(), address) for address, item in SCHEMA["paths"].items() for method in item]


def is_envelope(body: Any) -> bool:
    return body["success"] is False and set(body["error"]) >= {"code", "message"}


def filled(address: str, identity: str = "00000000-0000-0000-0000-000000000000") -> str:
    return re.sub(r"\{\w+\}", identity, address)


def misfits(schema: Any, value: Any, place: str = "") -> list[str]:
    """Returns where a value does not fit a schema of the description: its type, its words and its instants."""
    while "$ref" in schema:
        schema = resolved(schema["$ref"])
    if "anyOf" in schema:
        tries = [misfits(choice, value, place) for choice in schema["anyOf"]]
        return min(tries, key=len)
    if problem := _problem(schema, value):
        return [f"{place}: {value!r} {problem}"]
    if isinstance(value, list):
        return [line for member in value for line in misfits(schema.get("items", {}), member, f"{place}[]")]
    if not isinstance(value, dict):
        return []
    missing = [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value]
    known = schema.get("properties", {})
    return missing + [
        line for name in known.keys() & value.keys() for line in misfits(known[name], value[name], f"{place}.{name}")
    ]


def _problem(schema: Any, value: Any) -> str:
    """Returns what is wrong with the value itself, without its members; an empty text if nothing is."""
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    kind = schema.get("type")
    if (kind == "null" and value is not None) or (kind in kinds and not isinstance(value, kinds[kind])):
        return f"is not of the type {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"is not one of {schema['enum']}"
    return "is no instant" if schema.get("format") == "date-time" and not INSTANT.match(value) else ""


def resolved(reference: str) -> Any:
    part: Any = SCHEMA
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def described(method: str, address: str, status: int) -> Any:
    """Returns the schema that the description gives for an answer."""
    response = SCHEMA["paths"][address][method.lower()]["responses"]
    answer = response.get(status, response.get(str(status)))
    while "$ref" in answer:
        answer = resolved(answer["$ref"])
    return answer["content"]["application/json"]["schema"]
