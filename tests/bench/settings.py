"""The settings of the benchmarks: those of the demo, but templates are kept as on a site. The demo looks for a changed file
each time that it uses a template, and for one that was missing in the folders of all apps, which takes a fifth of a page of the
admin."""

from typing import Any

from config.settings import *  # noqa: F403  (all settings but that below)

engine: Any = TEMPLATES[0]  # noqa: F405  (from the line above)
kept = ("django.template.loaders.cached.Loader", TEMPLATE_FILES)  # noqa: F405  (as above)
engine["OPTIONS"]["loaders"] = [("template_partials.loader.Loader", [kept])]
