"""A streaming replica: searches are read from it, and nobody notices when it is lost, far behind, or promoted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.replication import DEADLINE, ReplicaPair, programs, replica_pair, wait_until
from tests.servers import serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("replicas")]
SEARCH = "/api/marketplace/builders?limit=50"
LIST = """
UPDATE marketplace_builderlisting SET is_listed = {}
WHERE builder_id = (SELECT min(builder_id::text)::uuid FROM marketplace_builderlisting)
"""
READS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%marketplace_builderlisting%' AND query_start > '{}'"


@pytest.fixture(scope="module")
def pair() -> Iterator[ReplicaPair]:
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL's programs are not there in the version of the server (initdb, pg_basebackup).")
    with replica_pair(binaries) as started:
        yield started


@pytest.fixture
def whole(pair: ReplicaPair) -> Iterator[ReplicaPair]:
    """Returns the pair, with all builders listed and the replica up to date, also afterwards."""
    pair.on_primary(LIST.format(True))
    pair.wait_for_replica()
    yield pair
    pair.on_replica("SELECT pg_wal_replay_resume()")


def site_of(pair: ReplicaPair, *, lag: int) -> Any:
    return serving(
        "waymark", DATABASE_URL=pair.primary_url, DATABASE_REPLICA_URL=pair.replica_url, DATABASE_REPLICA_LAG=str(lag),
        DATABASE_POOLER="", DATABASE_DIRECT_URL="", LIMIT_REQUESTS_PER_MINUTE="0",
    )  # fmt: skip


def total(client: httpx.Client) -> int:
    count: int = client.get(SEARCH).raise_for_status().json()["stats"]["total"]
    return count


def wait_until_read(pair: ReplicaPair, client: httpx.Client) -> None:
    """Searches until a search reads the listings from the replica."""
    since = pair.on_replica("SELECT clock_timestamp()::text")
    wait_until(lambda: total(client) > 0 and pair.on_replica(READS.format(since)) != 0)


def test_a_search_is_read_from_the_replica_and_after_a_change_of_ones_own_from_the_primary(whole: ReplicaPair) -> None:
    with (
        site_of(whole, lag=300) as site,
        httpx.Client(base_url=site) as stranger,
        httpx.Client(base_url=site) as author,
    ):
        wait_until_read(whole, stranger)
        before = total(stranger)
        whole.on_replica("SELECT pg_wal_replay_pause()")
        whole.on_primary(LIST.format(False))

        author.post("/theme/")

        assert author.cookies["changed"] == "1"
        assert total(stranger) == before, "the replica, which is not too far behind"
        assert total(author) == before - 1, "the primary"
        assert 'waymark_replica_up{replica="replica"} 1.0' in stranger.get("/metrics").text


def test_a_bearer_token_reads_from_the_primary_after_its_own_change(whole: ReplicaPair) -> None:
    with site_of(whole, lag=300) as site, httpx.Client(base_url=site) as client:
        wait_until_read(whole, client)
        before = total(client)
        whole.on_replica("SELECT pg_wal_replay_pause()")
        whole.on_primary(LIST.format(False))
        other, own = {"Authorization": "Other one"}, {"Authorization": "Other two"}

        client.post("/api/bookings", headers=own, json={})

        answers = [client.get(SEARCH, headers=headers).raise_for_status().json() for headers in (other, own)]
        assert [answer["stats"]["total"] for answer in answers] == [before, before - 1]


def test_a_replica_that_is_too_far_behind_is_not_read_until_it_has_caught_up(whole: ReplicaPair) -> None:
    with site_of(whole, lag=2) as site, httpx.Client(base_url=site) as stranger:
        wait_until_read(whole, stranger)
        before = total(stranger)
        whole.on_replica("SELECT pg_wal_replay_pause()")

        whole.on_primary(LIST.format(False))

        wait_until(lambda: total(stranger) == before - 1)
        whole.on_replica("SELECT pg_wal_replay_resume()")
        wait_until_read(whole, stranger)
        assert total(stranger) == before - 1


def test_no_request_fails_when_the_replica_is_killed_and_it_is_read_again_when_it_is_back(whole: ReplicaPair) -> None:
    answers: list[int] = []
    is_over = threading.Event()

    def search(site: str) -> None:
        with httpx.Client(base_url=site, timeout=60) as client:
            while not is_over.is_set():
                answers.extend(client.get(path).status_code for path in (SEARCH, "/builders/?q=app"))

    with site_of(whole, lag=2) as site, httpx.Client(base_url=site, timeout=60) as client:
        wait_until_read(whole, client)
        visitors = [threading.Thread(target=search, args=[site]) for _ in range(3)]
        for visitor in visitors:
            visitor.start()
        try:
            wait_until(lambda: len(answers) > 20)
            whole.kill_replica()
            count = len(answers)
            wait_until(lambda: len(answers) > count + 60)
            assert 'waymark_replica_up{replica="replica"} 0.0' in client.get("/metrics").text
            whole.start_replica()
            wait_until_read(whole, client)
        finally:
            is_over.set()
            for visitor in visitors:
                visitor.join()

    assert set(answers) == {200}


def test_a_replica_that_is_frozen_holds_no_page_up_and_is_read_again_when_it_answers(whole: ReplicaPair) -> None:
    with site_of(whole, lag=2) as site, httpx.Client(base_url=site, timeout=DEADLINE) as client:
        wait_until_read(whole, client)
        with whole.frozen_replica():
            answers = [client.get(path).status_code for path in (SEARCH, "/builders/?q=app") * 10]
            figures = client.get("/metrics").text
        wait_until_read(whole, client)

    assert set(answers) == {200}
    assert 'waymark_replica_up{replica="replica"} 0.0' in figures
