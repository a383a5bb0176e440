"""Builds the stylesheets and scripts that pages load from the small files in `static/`, with esbuild.

`python -m config.assets` builds; the demo builds again when a source has changed. esbuild's executable is started
directly, so that this works without Node, where npm comes from a Python package.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli
import django_htmx

from config.embedded.locks import FileLock
from config.embedded.paths import HOME, PROJECT

SOURCES = PROJECT / "static"
BUILT = HOME / "assets"
FONTS = HOME / "fonts"  # made by config.fonts
STAMP = HOME / "assets.stamp"
LOCK = HOME / "assets.lock"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
BROTLI = 10  # 11 takes three times as long for 2 % less
ENTRIES = (
    *("css/site.css", "js/site.js"),  # for every page
    *("js/embed.js", "js/frame.js"),  # for other sites, and for the pages that they frame
    *("css/map.css", "js/map.js"),  # for pages with a map
    *("css/calendar.css", "js/week.js", "js/planner.js"),  # for the editor of hours, and for calendars
    *("css/messages.css", "js/messages.js"),  # for the inbox and conversations
    *("css/session-plans.css", "js/session-plans.js"),  # for plans of sessions
    *("css/admin.css", "css/admin-tree.css"),
)


class AssetsFailed(Exception):
    """The styles and scripts could not be built; the message says why."""


def build() -> None:
    """Builds everything in a temporary folder and moves it in place file by file, so that no partial file is served."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with _build_lock(), TemporaryDirectory(dir=BUILT.parent) as folder:
        newest = _newest_source()
        _run([sys.executable, "-m", "config.fonts"], "The fonts cannot be made")
        _run(_command(Path(folder)), "The styles and scripts do not build")
        shutil.copyfile(HTMX, Path(folder) / "js" / "htmx.js")  # so that it is compressed like the other scripts
        for path in [*Path(folder).rglob("*.css"), *Path(folder).rglob("*.js")]:
            content = path.read_bytes()
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
            path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content, quality=BROTLI))
        built = {path.relative_to(folder): path for path in Path(folder).rglob("*") if path.is_file()}
        for name, path in built.items():
            (BUILT / name).parent.mkdir(parents=True, exist_ok=True)
            path.replace(BUILT / name)
        for path in [path for path in BUILT.rglob("*") if path.is_file() and path.relative_to(BUILT) not in built]:
            path.unlink(missing_ok=True)
        STAMP.write_text(str(newest))


def _run(command: list[str], failure: str) -> None:
    """Runs the command, and raises AssetsFailed with what it wrote if it fails."""
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssetsFailed(f"{failure}:\n{result.stderr.strip()}")


@contextmanager
def _build_lock() -> Iterator[None]:
    """Holds the lock on building, since two processes that build at once would delete each other's files."""
    lock = FileLock(LOCK)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def refresh() -> None:
    """Builds if a source has changed since the last build."""
    try:
        is_current = STAMP.read_text() == str(_newest_source())
    except FileNotFoundError:
        is_current = False
    if not is_current:
        build()


def version() -> str:
    """Returns a text that changes when a source does. Looks at the sources once a second at most."""
    return _version_at(int(time.monotonic()))


@lru_cache(maxsize=1)
def _version_at(second: int) -> str:
    return f"{_newest_source():x}"


def _newest_source() -> int:
    """Returns when a source was last changed, added or deleted, in nanoseconds."""
    paths = [SOURCES / "css", SOURCES / "js", PROJECT / "package-lock.json", PROJECT / "config" / "fonts.py"]
    paths += [path for folder in paths[:2] for path in folder.iterdir()]
    return max(_changed_at(path) for path in paths)


def _changed_at(path: Path) -> int:
    """Returns when the file was changed; 0 if it has gone meanwhile, or is the link to nowhere by which an editor locks one."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _command(folder: Path) -> list[str]:
    """Returns the command line that bundles every entry with all that it imports."""
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
    """Returns esbuild's executable for this machine, which npm installs as a separate package."""
    programs = list((PROJECT / "node_modules/@esbuild").glob("*/bin/esbuild"))
    if not programs:
        raise AssetsFailed("esbuild is missing from node_modules. Run make demo or make test, which install it.")
    return programs[0]


if __name__ == "__main__":
    try:
        build()
    except AssetsFailed as failure:
        sys.exit(str(failure))
