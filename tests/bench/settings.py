"""The settings of the benchmarks: those of the demo, but templates are kept as on a site. The demo looks for a changed file
each time that it uses a template, and for one that was missing in the folders of all apps, which takes a fifth of a page of the
admin."""

from config.settings import *  # noqa: F403  (all settings but those below)

TEMPLATE_CACHE = ("django.template.loaders.cached.Loader", TEMPLATE_FILES)  # noqa: F405  (from the line above)
TEMPLATES[0]["OPTIONS"]["loaders"] = [("template_partials.loader.Loader", [TEMPLATE_CACHE])]  # noqa: F405  (as above)
