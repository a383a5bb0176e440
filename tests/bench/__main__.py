"""`make bench`: prints each workload, its figure, and the target where there is one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests import environment

environment.prepare()

from config.embedded import Instance, lease  # noqa: E402
from tests import databases  # noqa: E402
from tests.servers import serving  # noqa: E402

ROUNDS = 7
DATABASE = "waymark_bench"


def seconds(work: Callable[[], object]) -> float:
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def compare(title: str, ours: Callable[[], object], beside: Callable[[], object]) -> None:
    """Interleaved rounds; the median of the ratios of neighbours."""
    ours(), beside()
    pairs = [(seconds(ours), seconds(beside)) for _ in range(ROUNDS)]
    ratios = [mine / other for mine, other in pairs]
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"{title}\n    {middle:.2f} x  ({low:.2f} to {high:.2f}; {pairs[0][0]:.3f} s beside {pairs[0][1]:.3f} s)")


def pages(site: str) -> None:
    """Pages through the demo's own server, beside the one address that does nothing."""
    with httpx.Client(base_url=site) as client:

        def get(address: str, times: int = 60) -> Callable[[], object]:
            return lambda: [client.get(address).raise_for_status() for _ in range(times)]

        for address in ("/", "/builders/", "/builders/?q=app", "/pathways/", "/account/login/", "/api/pathways"):
            compare(f"GET {address}, 60 times, beside /healthz", get(address), get("/healthz"))


def crowd(site: str) -> None:
    """200 at once, beside the same 200 one after another."""

    def visit(_: int) -> int:
        return httpx.get(f"{site}/builders/", timeout=60).status_code

    def at_once() -> None:
        with ThreadPoolExecutor(200) as people:
            answers = list(people.map(visit, range(200)))
        assert answers == [200] * 200, answers

    compare("200 visitors at once, beside one after another", at_once, lambda: [visit(0) for _ in range(200)])


def main() -> None:
    if environment.embedded():
        lease(Instance("test"))
    databases.make_templates()
    databases.clone(databases.DEMO_TEMPLATE, DATABASE)
    with serving(DATABASE) as site:
        pages(site)
        crowd(site)
    databases.drop(DATABASE)


if __name__ == "__main__":
    main()
