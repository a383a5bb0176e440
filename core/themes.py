"""The themes, and the one that a visitor has chosen."""

from django.http import HttpRequest

THEMES = {"auto": "Automatic", "light": "Light", "dark": "Dark", "terminal": "Terminal"}


def chosen_theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"
