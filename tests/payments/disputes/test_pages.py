"""The pages of disputes: the builder's, with the deadline, and the queue of support."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from core import outbox
from payments.disputes.models import DisputeFile, PaymentDispute
from sandbox.stripe.service import StripeSandbox
from tests.cast import make_builder_person
from tests.files import received
from tests.payments.disputes.cast import disputed, prepared, read, remote
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
PDF = b"%PDF-1.7 and so on"


def page(dispute: PaymentDispute) -> str:
    return reverse("payments:dispute", args=[dispute.pk])


def test_the_builder_adds_words_and_files_until_the_deadline(
    sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    adas = browser_of(ada)

    shown = visible_text(adas.get(page(dispute)))
    assert "the session did not take place" in shown
    assert "2 days, 23 hours" in shown
    assert (
        adas.post(page(dispute), {"statement": "", "file": SimpleUploadedFile("a.zip", b"PK\x03\x04")}).status_code
        == 422
    )
    values: dict[str, Any] = {"statement": "We met for an hour.", "file": SimpleUploadedFile("notes.pdf", PDF)}
    assert adas.post(page(dispute), values).status_code == 302

    file = DisputeFile.objects.get()
    assert "We met for an hour." in visible_text(adas.get(page(dispute)))
    assert received(adas.get(reverse("payments:dispute_file", args=[dispute.pk, file.pk]))) == PDF
    assert adas.post(page(dispute), {"remove": str(file.pk)}).status_code == 302
    assert not DisputeFile.objects.exists()
    assert adas.post(page(dispute), {"remove": "nonsense"}).status_code == 404


def test_a_dispute_is_shown_to_its_builder_and_nobody_else(
    sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    prepared(dispute)
    document = reverse("payments:dispute_document", args=[dispute.pk])

    for person in (cleo, make_builder_person("Bo Ek")):
        assert browser_of(person).get(page(dispute)).status_code == 404
        assert browser_of(person).post(page(dispute), {"statement": "x"}).status_code == 404
        assert browser_of(person).get(document).status_code == 404
        assert dispute.payment.subject_reference not in visible_text(
            browser_of(person).get(reverse("payments:disputes"))
        )
    assert dispute.payment.subject_reference in visible_text(browser_of(ada).get(reverse("payments:disputes")))
    content = received(browser_of(ada).get(document))
    assert "Evidence for WM-222222" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_takes_the_same_queries_with_many_disputes(
    sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        disputed(sandbox, ada, cleo)
    adas = browser_of(ada)
    adas.get(reverse("payments:disputes"))

    with django_assert_num_queries(4):
        adas.get(reverse("payments:disputes"))


@pytest.mark.parametrize(("act", "sentence"), [("win", "The money stays with you"), ("lose", "given the money to the")])
def test_the_page_says_how_it_ended(
    sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser, act: str, sentence: str
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    getattr(sandbox.disputes, act)(dispute.provider_id)
    read(dispute.payment)

    shown = visible_text(browser_of(ada).get(page(dispute)))

    assert sentence in shown
    assert "Save for the bank" not in shown


def test_support_reads_and_submits_in_the_admin(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, confirmed: Callable[[User], Client]
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    evidence = prepared(dispute)
    suris = confirmed(suri)
    submit_page = reverse("admin:payments_paymentdispute_submit", args=[dispute.pk])

    assert "WM-222222" in visible_text(suris.get(reverse("admin:payments_paymentdispute_changelist")))
    assert suris.get(reverse("admin:payments_paymentdispute_change", args=[dispute.pk])).status_code == 200
    assert "Ada Moreno can still add to it" in visible_text(suris.get(submit_page))
    assert suris.post(submit_page, {"evidence": str(evidence.pk)}).status_code == 422
    suris.post(submit_page, {"evidence": str(evidence.pk), "is_read": "on"})
    outbox.deliver_due("dispute")

    assert remote(sandbox)["evidence_details"]["submission_count"] == 1
    assert "It cannot be changed." in visible_text(suris.get(submit_page))


def test_builders_and_clients_do_not_come_to_the_page_of_support(
    sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    submit_page = reverse("admin:payments_paymentdispute_submit", args=[dispute.pk])

    for person in (ada, cleo):
        browser_of(person).post(submit_page, {"evidence": str(dispute.pk), "is_read": "on"})

    assert PaymentDispute.objects.get().asked_at is None
