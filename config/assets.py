"""Builds the stylesheets and scripts that pages load from the small files in `static/`, with esbuild.

`python -m config.assets` builds; the demo builds again by itself when a source has changed. esbuild's own program
is started directly, so that no Node is needed where npm was borrowed from a wheel.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from config.embedded.locks import FileLock
from config.embedded.paths import PROJECT

SOURCES = PROJECT / "static"
BUILT = PROJECT / "var" / "assets"
STAMP = PROJECT / "var" / "assets.stamp"
LOCK = PROJECT / "var" / "assets.lock"
ENTRIES = (
    *("css/site.css", "js/site.js"),  # for every page
    *("css/map.css", "js/map.js", "css/calendar.css", "js/week.js"),  # for pages with a map, or with a calendar
    *("css/admin.css", "css/admin-tree.css"),
)


class AssetsFailed(Exception):
    """The styles and scripts could not be built; the message says why."""


def build() -> None:
    """Builds everything and puts it in place, file by file, so that nobody is ever served half of one."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(), TemporaryDirectory(dir=BUILT.parent) as folder:
        newest = _newest_source()
        result = subprocess.run(_command(Path(folder)), cwd=PROJECT, capture_output=True, text=True, check=False)
        if result.returncode:
            raise AssetsFailed(f"The styles and scripts do not build:\n{result.stderr.strip()}")
        for path in [*Path(folder).rglob("*.css"), *Path(folder).rglob("*.js")]:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))
        built = {path.relative_to(folder): path for path in Path(folder).rglob("*") if path.is_file()}
        for name, path in built.items():
            (BUILT / name).parent.mkdir(parents=True, exist_ok=True)
            path.replace(BUILT / name)
        for path in [path for path in BUILT.rglob("*") if path.is_file() and path.relative_to(BUILT) not in built]:
            path.unlink(missing_ok=True)
        STAMP.write_text(str(newest))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two processes that build at once would delete each other's files."""
    lock = FileLock(LOCK)
    lock.take()
    try:
        yield
    finally:
        lock.give_back()


def refresh() -> None:
    """Builds if a source has changed since the last time."""
    try:
        is_current = STAMP.read_text() == str(_newest_source())
    except FileNotFoundError:
        is_current = False
    if not is_current:
        build()


def _newest_source() -> int:
    """When a source was last changed, added or taken away, in nanoseconds."""
    paths = [SOURCES / "css", SOURCES / "js", PROJECT / "package-lock.json"]
    paths += [path for folder in paths[:2] for path in folder.iterdir()]
    return max(path.stat().st_mtime_ns for path in paths)


def _command(folder: Path) -> list[str]:
    """The command line that builds every entry with all that it imports."""
    return [
        str(_program()),
        *(str(SOURCES / entry) for entry in ENTRIES),
        "--bundle",
        "--minify",
        "--sourcemap",
        "--format=esm",
        "--target=es2022",
        "--asset-names=img/[name]-[hash]",
        "--loader:.png=file",
        "--external:*.woff2",
        "--log-level=warning",
        f"--outbase={SOURCES}",
        f"--outdir={folder}",
    ]


def _program() -> Path:
    """esbuild's executable for this machine, which npm installs as a package of its own."""
    programs = list((PROJECT / "node_modules/@esbuild").glob("*/bin/esbuild"))
    if not programs:
        raise AssetsFailed("esbuild is missing from node_modules. Run make demo or make test, which install it.")
    return programs[0]


if __name__ == "__main__":
    try:
        build()
    except AssetsFailed as failure:
        sys.exit(str(failure))
