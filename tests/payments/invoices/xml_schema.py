"""Checks XML against the schema of EN 16931 with the standard library: elements, their order and number, attributes, and
simple types. It knows what that schema consists of, and raises an error for anything else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

XS = "{http://www.w3.org/2001/XMLSchema}"
FOLDER = Path(__file__).with_name("xsd")
SIMPLE = {
    "token": re.compile(r"(\S+( \S+)*)?"), "string": re.compile(r"[\s\S]*"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "boolean": re.compile(r"true|false|0|1"),
    "base64Binary": re.compile(r"[A-Za-z0-9+/=\s]*"),
}  # fmt: skip


@cache
def _types() -> dict[str, tuple[Element, dict[str, str]]]:
    """Returns the named types and the root element, each with the prefixes of its file."""
    types: dict[str, tuple[Element, dict[str, str]]] = {}
    for path in sorted(FOLDER.glob("*.xsd")):
        prefixes = {str(prefix): str(address) for _, (prefix, address) in ET.iterparse(path, ["start-ns"])}
        root = ET.parse(path).getroot()
        space = root.attrib["targetNamespace"]
        for child in root:
            if "name" in child.attrib:
                types[f"{{{space}}}{child.attrib['name']}"] = child, prefixes | {"": space}
    return types


def problems_of(content: bytes) -> list[str]:
    """Returns what is wrong with the document; an empty list if it is valid."""
    root = ET.fromstring(content)
    if root.tag not in _types():
        return [f"{root.tag} is no root"]
    declared, prefixes = _types()[root.tag]
    return list(_check(root, _qualified(declared.attrib["type"], prefixes)))


def _qualified(name: str, prefixes: dict[str, str]) -> str:
    prefix, local = name.split(":")
    return f"{{{prefixes[prefix]}}}{local}"


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _check(element: Element, type_name: str) -> list[str]:
    if type_name.startswith(XS):
        return _check_text(element, type_name.removeprefix(XS))
    declared, prefixes = _types()[type_name]
    return _check_declared(element, declared, prefixes)


def _check_declared(element: Element, declared: Element, prefixes: dict[str, str]) -> list[str]:
    if declared.tag == f"{XS}simpleType":
        (restriction,) = declared
        assert restriction.tag == f"{XS}restriction"
        assert not list(restriction)
        return _check(element, _qualified(restriction.attrib["base"], prefixes))
    assert declared.tag == f"{XS}complexType", declared.tag
    (content,) = declared
    if content.tag == f"{XS}simpleContent":
        (extension,) = content
        attributes = {part.attrib["name"]: part for part in extension.findall(f"{XS}attribute")}
        surplus = [f"{_local(element)}: attribute {name}" for name in element.attrib if name not in attributes]
        missing = [
            f"{_local(element)}: no attribute {name}"
            for name, part in attributes.items()
            if part.attrib.get("use") == "required" and name not in element.attrib
        ]
        return surplus + missing + _check(element, _qualified(extension.attrib["base"], prefixes))
    assert content.tag in (f"{XS}sequence", f"{XS}choice"), content.tag
    return _check_children(element, content, prefixes)


def _check_children(element: Element, content: Element, prefixes: dict[str, str]) -> list[str]:
    """Checks the children against a sequence; a choice of this schema has one element, and so is one as well."""
    assert content.tag == f"{XS}sequence" or len(content) == 1
    problems = [f"{_local(element)}: attribute {name}" for name in element.attrib]
    if (element.text or "").strip():
        problems.append(f"{_local(element)}: text")
    rest = list(element)
    for part in content:
        assert part.tag == f"{XS}element", part.tag
        tag, count = f"{{{prefixes['']}}}{part.attrib['name']}", 0
        most = part.attrib.get("maxOccurs", "1")
        while rest and rest[0].tag == tag and (most == "unbounded" or count < int(most)):
            child, count = rest.pop(0), count + 1
            if "type" in part.attrib:
                problems += _check(child, _qualified(part.attrib["type"], prefixes))
            else:
                problems += _check_declared(child, part[0], prefixes)
        if count < int(part.attrib.get("minOccurs", "1")):
            problems.append(f"{_local(element)}: no {part.attrib['name']}")
    return problems + [f"{_local(element)}: {_local(child)} does not belong here" for child in rest]


def _check_text(element: Element, kind: str) -> list[str]:
    problems = [f"{_local(element)}: {_local(child)}" for child in element]
    if not SIMPLE[kind].fullmatch(element.text or ""):
        problems.append(f"{_local(element)}: {element.text!r} is no {kind}")
    return problems
