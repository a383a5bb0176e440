"""Tests from which level on the logs have the lines of packages."""

from __future__ import annotations

import pytest

from config.logs import configuration


@pytest.mark.parametrize(
    ("form", "level", "expected"),
    [
        ("json", "DEBUG", "INFO"),
        ("json", "INFO", "INFO"),
        ("json", "ERROR", "ERROR"),
        ("text", "INFO", "WARNING"),
        ("text", "ERROR", "ERROR"),
    ],
)
def test_celery_writes_no_more_than_the_site_is_set_to(form: str, level: str, expected: str) -> None:
    loggers = configuration(form=form, level=level)["loggers"]

    assert loggers["celery"]["level"] == expected
