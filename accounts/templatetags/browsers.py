"""A browser's own account of itself, in words that a person recognises."""

from django import template

register = template.Library()
# The first that occurs wins: each pretends to be those after it.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.filter
def in_words(user_agent: str) -> str:
    """`Firefox on Linux`."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "An unknown browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
