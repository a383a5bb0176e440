"""The tags `url` and `static`, in place of Django's in all our templates: they find each address once in a process.

A page has up to 40 of these tags. Finding the pattern of an address, or the hashed name of a file, takes longer than the
rest of the tag.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django import template
from django.contrib.staticfiles.storage import HashedFilesMixin, staticfiles_storage
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.templatetags.static import static as find_file
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from core.addresses import address_of

register = template.Library()
KEPT = (str, int, UUID)  # arguments that always give the same address; the text of a model's row may change


class KeptURLNode(URLNode):
    """Django's node, but for addresses without named arguments. No namespace is included twice, so the page that the tag is
    on makes no difference."""

    def render(self, context: Context) -> str:
        arguments = [argument.resolve(context) for argument in self.args]
        if self.kwargs or not context.autoescape or not all(isinstance(argument, KEPT) for argument in arguments):
            return super().render(context)
        name = self.view_name.resolve(context)
        if not self.asvar:
            return conditional_escape(address_of(name, *arguments))
        try:
            context[self.asvar] = address_of(name, *arguments)
        except NoReverseMatch:
            context[self.asvar] = ""  # as Django's does, so that a template can ask whether there is such a page
        return ""


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    node = parse_url(parser, token)
    return KeptURLNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag
def static(path: str) -> SafeString:
    """Returns the address of a static file. One with the hash of its content stays the same for as long as the process runs; in
    a checkout, the addresses of styles and scripts change with each edit."""
    storage: object = staticfiles_storage
    return _hashed_address(path) if isinstance(storage, HashedFilesMixin) else _address_of_file(path)


def _address_of_file(path: str) -> SafeString:
    return conditional_escape(find_file(path))


_hashed_address = lru_cache(maxsize=512)(_address_of_file)
