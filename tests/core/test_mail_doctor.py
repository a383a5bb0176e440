"""Tests of `manage.py mail_doctor` with a mail server and a name server of the tests."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.core.mail_server import mail_server
from tests.core.name_server import Records, name_server

GOOD: Records = {
    ("waymark.test", "MX"): ["10 mx.waymark.test."],
    ("waymark.test", "TXT"): ['"v=spf1 include:provider.test ~all"', '"something else"'],
    ("key7._domainkey.waymark.test", "TXT"): ['"v=DKIM1; k=rsa; p=MIGf"'],
    ("_dmarc.waymark.test", "TXT"): ['"v=DMARC1; p=quarantine"'],
}


def examined(records: Records, *options: str) -> str:
    output = StringIO()
    with name_server(records) as address:
        try:
            call_command(
                "mail_doctor", "me@people.test", "--nameserver", address, *options, stdout=output, no_color=True
            )
        except CommandError as error:
            output.write(str(error))
    return output.getvalue()


@pytest.fixture(autouse=True)
def sender(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Waymark <hello@waymark.test>"


def test_all_is_well(settings: Any) -> None:
    with mail_server(settings) as server:
        words = examined(GOOD, "--selector", "key7")

    assert "Nothing is wrong here." in words
    assert [(sender, to) for sender, to, _ in server.taken] == [("hello@waymark.test", "me@people.test")]


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({("waymark.test", "MX"): []}, "Add an MX record for waymark.test"),
        ({("waymark.test", "TXT"): []}, "waymark.test has no SPF record."),
        ({("waymark.test", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx ~all"']}, "Join them into one."),
        ({("waymark.test", "TXT"): ['"v=spf1 +all"']}, "SPF allows everybody"),
        ({("key7._domainkey.waymark.test", "TXT"): []}, 'waymark.test has no DKIM key named "key7".'),
        ({("key7._domainkey.waymark.test", "TXT"): ['"v=DKIM1; p="']}, "Publish a new key."),
        ({("_dmarc.waymark.test", "TXT"): []}, "waymark.test has no DMARC record."),
        ({("_dmarc.waymark.test", "TXT"): ['"v=DMARC1; rua=mailto:a@b.test"']}, "DMARC has no policy"),
    ],
)
def test_what_is_wrong_in_dns_is_named(settings: Any, change: Records, advice: str) -> None:
    with mail_server(settings):
        words = examined(GOOD | change, "--selector", "key7")

    assert advice in words
    assert "1 of 7 checks found something wrong" in words


def test_a_mail_server_that_refuses_or_is_away_is_named(settings: Any) -> None:
    with mail_server(settings) as server:
        server.refusals["me@people.test"] = "554 5.7.1 Relay access denied"
        assert "not taken: 554 5.7.1 Relay access denied" in examined(GOOD, "--selector", "key7")
    settings.EMAIL_PORT = 9

    words = examined(GOOD, "--selector", "key7")

    assert "the mail server 127.0.0.1:9 cannot be reached" in words
    assert "nothing listens at this port" in words
