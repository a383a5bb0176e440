"""Tests building stylesheets and scripts with config.assets."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from config import assets
from config.embedded.paths import PROJECT
from config.static_addresses import VersionedStaticFiles


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies the sources, so that no test edits the real ones."""
    shutil.copytree(assets.SOURCES, tmp_path / "static")
    (tmp_path / "node_modules").symlink_to(PROJECT / "node_modules")
    monkeypatch.setattr(assets, "SOURCES", tmp_path / "static")
    monkeypatch.setattr(assets, "BUILT", tmp_path / "var" / "assets")
    monkeypatch.setattr(assets, "STAMP", tmp_path / "var" / "assets.stamp")
    monkeypatch.setattr(assets, "LOCK", tmp_path / "var" / "assets.lock")
    assets.refresh()
    return tmp_path


def edit(path: Path, text: str) -> None:
    later = time.time_ns() + 1_000_000_000
    path.write_text(text)
    os.utime(path, ns=(later, later))


@pytest.mark.slow
def test_refreshing_after_an_edit_updates_the_bundle(project: Path) -> None:
    edit(project / "static/css/frame.css", "@layer pages { .edited { color: red; } }")

    assets.refresh()

    built = project / "var/assets/css/site.css"
    assert ".edited{color:red}" in built.read_text()
    assert built.with_name("site.css.gz").exists()


def test_refreshing_without_an_edit_builds_nothing(project: Path) -> None:
    built = project / "var/assets/js/site.js"
    before = built.stat().st_mtime_ns

    assets.refresh()

    assert built.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_syntax_error_is_reported_and_the_last_build_is_kept(project: Path) -> None:
    edit(project / "static/js/tabs.js", "export function (")

    with pytest.raises(assets.AssetsFailed, match=r"tabs\.js:1"):
        assets.refresh()

    assert (project / "var/assets/js/site.js").exists()


def test_an_edit_changes_the_addresses_of_styles_and_scripts_and_no_other(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = VersionedStaticFiles(base_url="/static/")
    seconds = iter((1.0, 1.9, 2.0))
    monkeypatch.setattr("config.assets.time.monotonic", lambda: next(seconds))

    before = addresses.url("css/site.css")
    edit(project / "static/css/frame.css", "/* edited */")

    assert before.startswith("/static/css/site.css?v=")
    assert addresses.url("css/site.css") == before, "the sources are looked at once a second"
    assert addresses.url("css/site.css") != before
    assert addresses.url("fonts/fraunces-latin.woff2") == "/static/fonts/fraunces-latin.woff2"


def test_the_lock_of_an_editor_is_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("css", "js"):
        (tmp_path / folder).mkdir()
    (tmp_path / "css" / ".#frame.css").symlink_to("somebody@machine.4711")
    monkeypatch.setattr(assets, "SOURCES", tmp_path)
    monkeypatch.setattr("config.assets.time.monotonic", lambda: -1.0)

    assert assets.version()
