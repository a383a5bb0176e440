"""The command `waymark`: which folder it works in, which environment, and which command of the project it runs."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from waymark import moves
from waymark.embedded_data import StillRunning
from waymark.home import (
    CONFIGURATION,
    CONFIGURED,
    HomeFailed,
    folder_of,
    prepare,
    read_configuration,
    write_configuration,
)
from waymark.programs import StepFailed
from waymark.rollback import rollback
from waymark.serving import RESTART_SECONDS, SERVED_BY, SERVING, AlreadyServed, Serving, ask, read_serving
from waymark.upgrade import upgrade
from waymark.versions import hand_over

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "project" if (HERE / "project").is_dir() else HERE.parent
EMBEDDED = "site"  # the instance of the embedded servers of a real site
# What `waymark run` runs, as docker-compose.yml does. Options that follow the name come last, and so win.
PROCESSES = {
    "web": (
        "config.pages", "--host", "0.0.0.0", "--port", "8000",  # noqa: S104  (behind a proxy)
        "--workers", "2", "--threads", "2", "--drain", "5",
    ),
    "live": (
        "uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8001",  # noqa: S104  (likewise)
        "--timeout-graceful-shutdown", "3", "--no-server-header", "--no-access-log", "--no-proxy-headers",
    ),
    "worker": ("celery", "-A", "config.celery", "worker", "--without-gossip", "--without-mingle", "--concurrency", "4"),
    "outbox": (
        "celery", "-A", "config.celery", "worker", "--without-gossip", "--without-mingle", "--hostname", "outbox@%h",
        "--pool", "threads",
    ),
    "beat": ("config.beat",),
}  # fmt: skip
USAGE = """\
Runs Waymark: a demo to look around in, or a site of your own.

  waymark demo                     run Waymark with demo data (--port, --reset)
  waymark init https://your.site   write the first configuration of a site
  waymark serve                    run the site (--help lists the options)
  waymark run NAME                 run one process of a site on several machines ({processes})
  waymark restart                  restart the processes one after another, without a break
  waymark backup                   back up the site into one encrypted file (--help lists the options)
  waymark restore FILE             restore a backup into an empty home
  waymark upgrade FILE             install a new version beside this one, and switch to it
  waymark rollback                 go back to the version before the last upgrade
  waymark doctor                   look for what is wrong, and say what to do
  waymark systemd [NAME]           print the unit that runs the site, or one process of it, with the machine
  waymark manage COMMAND           run any command of the site, such as createsuperuser
  waymark --version

The site's data and configuration are in {home}; WAYMARK_HOME chooses another folder.
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["help"]
    try:
        return _run(name, rest)
    except (HomeFailed, StepFailed, AlreadyServed, StillRunning, moves.Moving) as reason:
        print(f"waymark: {reason}", file=sys.stderr)
        return 1


def _run(name: str, rest: list[str]) -> int:
    commands_of_the_site = {
        "run",
        "systemd",
        "backup",
        "restore",
        "upgrade",
        "rollback",
        "doctor",
        "manage",
        "--version",
    }
    commands = {
        "demo": lambda: _demo(rest),
        "init": lambda: _init(rest),
        "serve": lambda: _serve(rest),
        "systemd": lambda: _of_the_site(["systemd", "--", *rest]),  # what follows are options of `waymark serve`
        "run": lambda: _run_process(rest),
        "restart": _restart,
        "backup": lambda: _of_the_site(["backup", *rest]),
        "restore": lambda: _of_the_site(["restore", *rest]),
        "upgrade": lambda: _change_version(upgrade, rest),
        "rollback": lambda: _change_version(rollback, rest),
        "doctor": lambda: _of_the_site(["doctor", *rest]),
        "manage": lambda: _of_the_site(rest),
        "--version": _print_version,
        "--help": _print_usage,
        "help": _print_usage,
    }
    if name not in commands:
        print(f"waymark: there is no command {name!r}. `waymark help` lists them.", file=sys.stderr)
        return 2
    if name in commands_of_the_site and name != "--version":
        _recover(folder_of("waymark"))
    if name in commands_of_the_site:
        hand_over(folder_of("waymark"), [name, *rest])
    return commands[name]()


def _print_usage() -> int:
    print(USAGE.format(home=folder_of("waymark"), processes=", ".join(PROCESSES)), end="")
    return 0


def _print_version() -> int:
    try:
        print(f"Waymark {version('waymark')}")
    except PackageNotFoundError:
        print("Waymark, from a checkout")
    return 0


def _demo(rest: list[str]) -> int:
    """Runs the demo, which has a home of its own."""
    home = folder_of("waymark-demo")
    if (home / CONFIGURATION).exists():
        raise HomeFailed(f"{home} is the home of a site. Choose another folder for the demo with WAYMARK_HOME.")
    prepare(home)
    os.environ["DEMO"] = "1"
    return _manage(home, "demo", *rest)


def _init(rest: list[str]) -> int:
    if len(rest) != 1 or not rest[0].startswith(("http://", "https://")):
        raise HomeFailed("Give the address at which people will reach the site: waymark init https://your.site")
    home = folder_of("waymark")
    prepare(home)
    path = write_configuration(home, rest[0].rstrip("/"))
    print(f"Written to {path}. Enter your mail server as EMAIL_URL there, then run: waymark serve")
    return 0


def _serve(rest: list[str]) -> int:
    """Serves the site: in this process if `waymark serve` has started it, else in a child that an upgrade can exchange."""
    if os.environ.get(SERVED_BY) or {"-h", "--help"} & set(rest):
        return _of_the_site(["serve", *rest])
    home = folder_of("waymark")
    _configuration(home)
    _recover(home)
    return Serving(home, rest, lambda: _recover(home)).run()


def _recover(home: Path) -> None:
    """Ends what an upgrade or a rollback that was killed has left half done."""
    if sentence := moves.recover(home):
        print(f"waymark: {sentence}", file=sys.stderr, flush=True)


def _run_process(rest: list[str]) -> int:
    """Becomes one process of a site on several machines, whose environment is that of the others."""
    if not rest or rest[0] not in PROCESSES:
        raise HomeFailed(f"Say which process to run: {', '.join(PROCESSES)}. `waymark serve` runs all of them here.")
    home = folder_of("waymark")
    for name, value in _configuration(home).items():
        os.environ.setdefault(name, value)
    os.environ["WAYMARK_HOME"] = str(home)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", *PROCESSES[rest[0]], *rest[1:]])  # noqa: S606  (no shell is wanted)


def _restart() -> int:
    """Restarts the processes of the site that is being served, and returns once they all are new."""
    home = folder_of("waymark")
    if not read_serving(home):
        raise HomeFailed("The site is not being served. Start it with: waymark serve")
    if ask(home, signal.SIGHUP, SERVING, patience=RESTART_SECONDS + 10) and read_serving(home).get("was_restarted"):
        print("Everything was restarted.")
        return 0
    raise HomeFailed("Not everything was restarted. What runs goes on; the log of `waymark serve` says why.")


def _change_version(change: Callable[[Path, list[str]], int], rest: list[str]) -> int:
    """Runs an upgrade or a rollback, which runs commands of both versions in processes of their own."""
    home = folder_of("waymark")
    _configuration(home)
    return change(home, rest)


def _configuration(home: Path) -> dict[str, str]:
    """Returns the configuration of the home, which is created if need be. Refuses a home without one."""
    variables = read_configuration(home)
    if not variables and not os.environ.get("SECRET_KEY"):
        raise HomeFailed(f"{home} has no {CONFIGURATION} yet. Write it with: waymark init https://your.site")
    prepare(home)
    return variables


def _of_the_site(arguments: list[str]) -> int:
    """Runs a command of the project with the configuration of the site's home."""
    home = folder_of("waymark")
    variables = {name: value for name, value in _configuration(home).items() if name not in os.environ}
    os.environ.update(variables)
    if variables:
        os.environ[CONFIGURED] = ",".join(variables)
    return _manage(home, *arguments)


def _manage(home: Path, *arguments: str) -> int:
    """Runs `manage.py` of the project with its packages on the path, also for the processes that it starts."""
    os.environ["WAYMARK_HOME"] = str(home)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    sys.path.insert(0, str(PROJECT))
    if os.environ.get("DEMO", "") in ("", "0"):
        _use_embedded_servers()
    sys.argv = ["waymark", *arguments]
    try:
        runpy.run_path(str(PROJECT / "manage.py"), run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _use_embedded_servers() -> None:
    """Names the servers of Waymark's home, where the configuration names no others."""
    from config.embedded import Instance

    if not (os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")):
        instance = Instance(EMBEDDED)
        os.environ["EMBEDDED_INSTANCE"] = EMBEDDED
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = instance.database_url, instance.redis_url
