"""What counts as a link to a page, and as one to a place where people meet."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from django.core.validators import URLValidator
from django.utils.encoding import iri_to_uri

LONGEST = 500
EXAMPLE = "https://meet.example.com/room"
validate_link = URLValidator(schemes=["http", "https"])
HOST_NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# Top-level names that lead into the reader's own network, and so to another place for each reader.
OWN_NETWORK = frozenset({"arpa", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost"})

SITE = re.compile(r"https://(\*\.)?(?P<host>[^/:*]+)(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", re.ASCII)


class BadLink(ValueError):
    """A text that is no usable link; its message is the sentence to show."""


def parse_link(text: str) -> str:
    """Returns the link as it is stored, in ASCII. A text without a scheme gets `https://`.

    Only https is accepted: browsers give other pages no camera and no microphone. The host must be a public name.
    Waymark never opens these links, but people do, and an address such as `localhost` or `192.168.0.1` leads into the
    network of whoever clicks it. A host in other letters is stored as `xn--…`, so that it cannot look like another one.
    """
    text = text.strip()
    if any(character.isspace() or not character.isprintable() for character in text):
        raise BadLink("A link cannot contain spaces or line breaks.")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:  # the port or the host cannot be read
        raise BadLink(f"Enter a link like {EXAMPLE}.") from None
    if parts.scheme != "https":
        raise BadLink("Enter a link that begins with https://.")
    if "@" in parts.netloc:
        raise BadLink("Enter the link without a user name and password.")
    if not HOST_NAME.fullmatch(host):
        raise BadLink(f"Enter a link with the name of a site, like {EXAMPLE}.")
    if host.rpartition(".")[2] in OWN_NETWORK:
        raise BadLink("This link only works in your own network. Enter one that others can open too.")
    address = f"{host}:{port}" if port else host
    link = iri_to_uri(urlunsplit(("https", address, parts.path, parts.query, parts.fragment)))
    if len(link) > LONGEST:
        raise BadLink(f"A link can have at most {LONGEST} characters.")
    return link


def parse_site(text: str) -> str:
    """Returns the origin of a site, as a policy for browsers names it; `*.` before the name stands for all sites below it.

    A page of the site will do, since people copy addresses. `http` is only accepted for one's own machine.
    """
    text = text.strip().lower()
    address = text if "://" in text else f"https://{text}"
    site = "/".join(address.split("/")[:3]).partition("?")[0].partition("#")[0]
    match = SITE.fullmatch(site)
    if match is None or (match["host"] and not HOST_NAME.fullmatch(match["host"])) or len(site) > LONGEST:
        raise BadLink(f"“{text[:80]}” is not the address of a site. Enter one like https://www.example.com.")
    return site
