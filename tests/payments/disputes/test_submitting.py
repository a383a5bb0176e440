"""The evidence of a bank's dispute: prepared, added to by the builder, and submitted once, whatever fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import Notification, User
from accounts.roles import Role
from config.embedded.paths import PROJECT
from core import clock, outbox
from core.errors import Refusal
from core.models import AuditEntry, OutboxMessage
from payments.disputes import notifications, sending, services
from payments.disputes.models import DisputeFile, PaymentDispute
from payments.refusals import PaymentRefusal
from sandbox.stripe.service import StripeSandbox
from tests import environment
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person, make_person, make_staff
from tests.payments.disputes.cast import disputed, prepared, remote
from tests.payments.stripe.cast import KEY
from tests.scheduling.cast import refused

PDF = b"%PDF-1.7 and so on"


def pdf(name: str = "notes.pdf", size: int = len(PDF)) -> Any:
    return ContentFile(PDF.ljust(size), name=name)


def submit(dispute: PaymentDispute, by: User) -> PaymentDispute:
    return services.submit(dispute=dispute, evidence=prepared(dispute), by=by)


def submissions(sandbox: StripeSandbox) -> int:
    return int(remote(sandbox)["evidence_details"]["submission_count"])


@pytest.mark.django_db
def test_evidence_is_kept_at_stripe_without_being_submitted(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    services.save_statement(dispute=dispute, statement="We met for an hour.", by=ada, file=pdf())
    evidence = prepared(dispute)

    staged = remote(sandbox)["evidence"]
    assert staged["uncategorized_text"] == "We met for an hour."
    assert sandbox.books.objects[staged["service_documentation"]]["type"] == "pdf"
    assert sandbox.books.objects[staged["uncategorized_file"]]["size"] == len(PDF)
    assert (submissions(sandbox), remote(sandbox)["status"]) == (0, "needs_response")
    evidence.refresh_from_db()
    assert evidence.staged_at is not None
    assert OutboxMessage.objects.filter(channel="dispute").exclude(state="delivered").count() == 0


@pytest.mark.django_db
def test_what_the_builder_has_removed_is_removed_at_stripe(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    services.save_statement(dispute=dispute, statement="The wrong file.", by=ada, file=pdf())
    prepared(dispute)
    assert remote(sandbox)["evidence"]["uncategorized_file"]

    services.remove_file(file=DisputeFile.objects.get(), by=ada)
    services.save_statement(dispute=dispute, statement="", by=ada)
    submit(dispute, suri)
    outbox.deliver_due("dispute")

    sent = remote(sandbox)["evidence"]
    assert submissions(sandbox) == 1
    assert not sent["uncategorized_file"]
    assert not sent["uncategorized_text"]
    assert sent["service_documentation"]


@pytest.mark.django_db
def test_support_submits_what_was_read_once(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    for _ in range(2):
        submit(dispute, suri)
    outbox.deliver_due("dispute")

    dispute.refresh_from_db()
    assert (submissions(sandbox), dispute.status, dispute.asked_by) == (1, "under_review", suri)
    assert dispute.sent_at is not None
    assert AuditEntry.objects.filter(action="dispute evidence submitted").count() == 1


@pytest.mark.django_db
def test_evidence_that_has_changed_since_it_was_read_is_not_submitted(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    read = prepared(dispute)
    services.save_statement(dispute=dispute, statement="One more thing.", by=ada)

    refusal = refused(lambda: services.submit(dispute=dispute, evidence=read, by=suri)).refusal

    assert refusal == PaymentRefusal.EVIDENCE_CHANGED
    assert submit(dispute, suri).asked_at is not None


@pytest.mark.django_db
def test_only_staff_submit_and_only_the_builder_adds(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, alex: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)

    for person in (ada, cleo):
        assert refused(lambda person=person: submit(dispute, person)).refusal == Refusal.FORBIDDEN  # type: ignore[misc]  # a default binds it
    for person in (cleo, suri):
        add = partial(services.save_statement, dispute=dispute, statement="I say so.", by=person)
        assert refused(add).refusal == Refusal.FORBIDDEN
    assert submit(dispute, alex).asked_by == alex


@pytest.mark.django_db
def test_nothing_is_added_after_three_days_or_after_it_was_submitted(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    services.save_statement(dispute=dispute, statement="In time.", by=ada, file=pdf())
    PaymentDispute.objects.update(builder_until=clock.now() - timedelta(seconds=1))

    late = refused(lambda: services.save_statement(dispute=dispute, statement="Late.", by=ada)).refusal
    removed = refused(lambda: services.remove_file(file=DisputeFile.objects.get(), by=ada)).refusal
    PaymentDispute.objects.update(builder_until=clock.now() + timedelta(days=1))
    submit(dispute, suri)
    submitted = refused(lambda: services.save_statement(dispute=dispute, statement="Late.", by=ada)).refusal

    assert {late, removed, submitted} == {PaymentRefusal.EVIDENCE_CLOSED}
    assert PaymentDispute.objects.get().statement == "In time."


@pytest.mark.django_db
def test_nothing_is_submitted_after_the_deadline_of_the_bank(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    evidence = prepared(dispute)
    PaymentDispute.objects.update(evidence_due_at=clock.now() - timedelta(seconds=1))

    refusal = refused(lambda: services.submit(dispute=dispute, evidence=evidence, by=suri)).refusal

    assert refusal == PaymentRefusal.EVIDENCE_CLOSED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "name", "problem"),
    [
        ([100, 100, 100], "d.pdf", "You can add up to 3 files"),
        ([2 * 1024 * 1024], "d.pdf", "together can have at most 3 MB"),
        ([], "d.zip", "PDF, PNG and JPEG"),
    ],
)
def test_files_are_few_small_and_of_the_kinds_that_banks_take(
    sandbox: StripeSandbox, ada: User, cleo: User, sizes: list[int], name: str, problem: str
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    for size in sizes:
        services.save_statement(dispute=dispute, statement="", by=ada, file=pdf(size=size))

    refusal = refused(
        lambda: services.save_statement(dispute=dispute, statement="", by=ada, file=pdf(name, 2 * 1024 * 1024))
    )

    assert problem in str(refusal.fields)
    assert DisputeFile.objects.count() == len(sizes)


@pytest.mark.django_db
def test_evidence_that_stripe_refuses_can_be_submitted_again(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    submit(dispute, suri)
    remote(sandbox)["evidence_details"]["due_by"] = 0
    outbox.deliver_due("dispute")

    dispute.refresh_from_db()
    assert (dispute.asked_at, dispute.sent_at, bool(dispute.problem)) == (None, None, True)
    assert Notification.objects.filter(person=suri, title__contains="was not accepted").exists()
    remote(sandbox)["evidence_details"]["due_by"] = sandbox.books.now() + 1000
    submit(dispute, suri)
    outbox.deliver_due("dispute")
    assert submissions(sandbox) == 1


@pytest.mark.django_db
def test_a_submission_that_the_outbox_gave_up_is_queued_again(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    submit(dispute, suri)
    OutboxMessage.objects.filter(channel="dispute", payload__act="submit").update(state=OutboxMessage.State.DEAD)

    assert [sending.ask_again(), sending.ask_again()] == [1, 0]
    outbox.deliver_due("dispute")
    assert submissions(sandbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["500", "broken", "drop", "429"])
def test_a_fault_while_it_is_submitted_leads_to_one_submission(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, fault: str
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    submit(dispute, suri)
    sandbox.faults_once.extend(["none", fault])

    outbox.deliver_due("dispute")
    OutboxMessage.objects.filter(channel="dispute", state="waiting").update(due_at=clock.now())
    outbox.deliver_due("dispute")

    dispute.refresh_from_db()
    assert submissions(sandbox) == 1
    assert dispute.sent_at is not None


def test_two_who_submit_at_once_submit_once(committed: None, sandbox: StripeSandbox) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Tan")
    staff = [make_staff(name, Role.SUPPORT) for name in ("Suri Rao", "Sol Ruiz")]
    dispute = disputed(sandbox, ada, cleo)
    evidence = prepared(dispute)

    def act(by: User) -> Any:
        return lambda: services.submit(dispute=dispute, evidence=evidence, by=by)

    assert at_once(*(act(person) for person in staff)) == [DONE, DONE]
    at_once(lambda: outbox.deliver_due("dispute"), lambda: outbox.deliver_due("dispute"))

    assert submissions(sandbox) == 1
    assert OutboxMessage.objects.filter(event__contains=":submit:").count() == 1


@pytest.mark.slow
def test_a_worker_that_is_killed_after_the_submission_submits_once(
    committed: None, sandbox: StripeSandbox, settings: Any
) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Tan")
    suri = make_staff("Suri Rao", Role.SUPPORT)
    dispute = disputed(sandbox, ada, cleo)
    evidence = prepared(dispute)
    sandbox.set_fault("500 once")  # so that the submission waits for another worker
    services.submit(dispute=dispute, evidence=evidence, by=suri)
    OutboxMessage.objects.filter(channel="dispute", state="waiting").update(due_at=clock.now())
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "OUTSIDE_TRUSTED": ",".join(settings.OUTSIDE_TRUSTED),
    }

    command = [sys.executable, "-m", "tests.payments.disputes.killed_submitter"]
    worker = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)

    assert worker.returncode == -signal.SIGKILL
    assert (submissions(sandbox), PaymentDispute.objects.get().sent_at) == (1, None)
    OutboxMessage.objects.filter(channel="dispute", state="waiting").update(leased_until=None, due_at=clock.now())
    outbox.deliver_due("dispute")
    assert submissions(sandbox) == 1
    assert PaymentDispute.objects.get().sent_at is not None


@pytest.mark.django_db
def test_reminders_come_once(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    assert dispute.evidence_due_at is not None

    for moment in (dispute.builder_until - timedelta(hours=1), dispute.evidence_due_at - timedelta(hours=1)):
        for _ in range(2):
            notifications.remind(moment)

    assert Notification.objects.filter(person=ada, title__startswith="One day left").count() == 1
    titles = list(Notification.objects.filter(person=suri).values_list("title", flat=True))
    assert sum("can be submitted" in title for title in titles) == 1
    assert sum("within a day" in title for title in titles) == 1


def test_only_disputes_whose_time_has_come_are_looked_at(
    sandbox: StripeSandbox, ada: User, cleo: User, django_assert_num_queries: Any
) -> None:
    dispute = disputed(sandbox, ada, cleo)

    now = clock.now()
    with django_assert_num_queries(1):
        assert notifications.remind(now) == 0
    assert notifications.remind(dispute.builder_until - timedelta(hours=1)) == 1
    with django_assert_num_queries(1):
        assert notifications.remind(dispute.builder_until - timedelta(minutes=30)) == 0
    dispute.refresh_from_db()
    assert dispute.remind_at == dispute.builder_until
