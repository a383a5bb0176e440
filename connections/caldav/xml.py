"""The XML of WebDAV: writes requests, and reads answers of several resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

DAV, CALDAV, CALENDAR_SERVER = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
MOST_RESOURCES = 10_000
STATUS = re.compile("[1-5][0-9][0-9]")


class NotXml(Exception):
    """The answer is no multistatus of WebDAV."""


@dataclass(frozen=True)
class ResourceAnswer:
    """What a server says of one resource: its status, and the properties that it has."""

    href: str
    status: int
    properties: dict[str, Element]

    def text(self, name: str) -> str:
        element = self.properties.get(name)
        return (element.text or "").strip() if element is not None else ""

    def hrefs(self, name: str) -> list[str]:
        """Returns the addresses in a property, such as those of the folders of calendars."""
        element = self.properties.get(name)
        links = element.iter(f"{DAV}href") if element is not None else ()
        return [link.text.strip() for link in links if link.text]

    def has(self, name: str, kind: str) -> bool:
        """Whether a property holds an element of this kind, at any depth."""
        element = self.properties.get(name)
        return element is not None and element.find(f".//{kind}") is not None


@dataclass(frozen=True)
class Multistatus:
    resources: list[ResourceAnswer]
    sync_token: str = ""


def request(name: str, *parts: Element) -> bytes:
    """Returns the body of a request."""
    root = Element(name)
    root.extend(parts)
    return b'<?xml version="1.0" encoding="utf-8"?>' + tostring(root)


def prop(*names: str) -> Element:
    element = Element(f"{DAV}prop")
    for name in names:
        SubElement(element, name)
    return element


def element(tag: str, text: str = "", *parts: Element, **attributes: str) -> Element:
    new = Element(tag, attributes)
    new.text = text
    new.extend(parts)
    return new


def parse(body: bytes) -> Multistatus:
    """Reads a multistatus. Raises NotXml, also for one with a document type, whose entities could fill the memory."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotXml from None
    if root.tag != f"{DAV}multistatus":
        raise NotXml
    resources = list(_resources(root.findall(f"{DAV}response")))
    return Multistatus(resources, (root.findtext(f"{DAV}sync-token") or "").strip())


def _resources(responses: Iterable[Element]) -> Iterator[ResourceAnswer]:
    for number, response in enumerate(responses):
        if number >= MOST_RESOURCES:
            raise NotXml
        status = _status(response.findtext(f"{DAV}status"))
        properties = {}
        for group in response.findall(f"{DAV}propstat"):
            if 200 <= _status(group.findtext(f"{DAV}status")) < 300:
                properties.update({value.tag: value for value in group.findall(f"{DAV}prop/*")})
        for link in response.findall(f"{DAV}href"):
            if link.text:
                yield ResourceAnswer(link.text.strip(), status, properties)


def _status(line: str | None) -> int:
    """Returns the number in a line such as `HTTP/1.1 200 OK`; 200 without a line."""
    if line is None:
        return 200
    parts = line.split()
    return int(parts[1]) if len(parts) > 1 and STATUS.fullmatch(parts[1]) else 0
