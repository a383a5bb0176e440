"""Tests that a template that was changed, added or deleted shows without a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.template import Context, Engine, TemplateDoesNotExist

LOADERS = [("config.template_loader.Loader", ["django.template.loaders.filesystem.Loader"])]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(dirs=[str(tmp_path)], loaders=LOADERS)


def write(path: Path, text: str, changed_at: int = 1) -> None:
    path.write_text(text)
    os.utime(path, (changed_at, changed_at))


def test_a_template_is_compiled_once_until_its_file_changes(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "base.html", "<{% block words %}{% endblock %}>")
    write(tmp_path / "page.html", '{% extends "base.html" %}{% block words %}one{% endblock %}')
    page = engine.get_template("page.html")
    assert page.render(Context()) == "<one>"
    assert engine.get_template("page.html") is page

    write(tmp_path / "base.html", "[{% block words %}{% endblock %}]", changed_at=2)
    assert engine.get_template("page.html").render(Context()) == "[one]"

    write(tmp_path / "page.html", "two", changed_at=2)
    assert engine.get_template("page.html").render(Context()) == "two"


def test_a_template_that_was_missing_is_there_once_it_is_written(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(TemplateDoesNotExist):
        engine.get_template("page.html")
    write(tmp_path / "page.html", "here")
    assert engine.get_template("page.html").render(Context()) == "here"

    (tmp_path / "page.html").unlink()
    with pytest.raises(TemplateDoesNotExist):
        engine.get_template("page.html")


def test_a_template_that_another_thread_has_just_compiled_can_be_used(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "page.html", "here")
    page = engine.get_template("page.html")
    del vars(page)["changed_at"]  # which the other thread is about to set

    assert engine.get_template("page.html").render(Context()) == "here"
