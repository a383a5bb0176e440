"""Tests of answers by mail: who can send them, that each is one message, and what is refused with which reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.signed_links import LASTS
from bookings.conversations import delivery, marks
from bookings.models import Booking
from core import clock, outbox
from core.models import OutboxMessage
from messaging import services
from messaging.joining import adopt_guest
from messaging.mail_answers import addresses
from messaging.mail_answers.services import Outcome, take_in
from messaging.models import Attachment, Message, MessagePreferences, Participant
from tests.bookings.cast import book_as_guest, free_shop
from tests.emails import read, text_of
from tests.messaging.cast import PDF, deliver_unread, say, seen_by, texts_of
from tests.messaging.conftest import Pair
from tests.messaging.letters import answer, refusal, reply_address
from tests.pictures import PLACE, picture

pytestmark = pytest.mark.django_db


def test_an_answer_is_one_message_without_the_quote_however_often_it_arrives(
    ada: User, pair: Pair, address: str
) -> None:
    letter = answer(ada.email, address).as_bytes()

    outcomes = [take_in(letter) for _ in range(3)]

    assert outcomes == [Outcome.SENT] * 3
    assert texts_of(pair[0]) == ["Is ten fine?", "Yes, ten is fine."]
    assert Message.objects.get(number=2).sender == pair[1]


def test_the_mail_says_that_it_can_be_answered(ada: User, pair: Pair, address: str, mail_folder: Path) -> None:
    letter = read(mail_folder)[-1]

    assert text_of(letter).startswith("––– Write your reply above this line –––")
    assert "You can also reply to this mail." in text_of(letter)
    assert len(address.partition("@")[0]) <= 64


def test_without_an_address_of_the_operator_mails_are_not_answered(
    pair: Pair, mail_folder: Path, settings: Any
) -> None:
    settings.MAIL_ANSWERS_ADDRESS = ""

    assert reply_address(*pair, mail_folder) == "None"
    assert "answer" not in text_of(read(mail_folder)[-1]).replace("Read and reply", "")


def test_somebody_to_whom_the_mail_was_forwarded_cannot_answer(
    ada: User, cleo: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    outcome = take_in(answer("mallory@elsewhere.test", address).as_bytes())

    assert outcome == Outcome.REFUSED
    assert texts_of(pair[0]) == ["Is ten fine?"]
    letter = refusal(mail_folder)
    assert letter["To"] == ada.email, "never to whoever wrote"
    assert f"It came from mallory@elsewhere.test. Reply from {ada.email}" in text_of(letter)


@pytest.mark.parametrize(
    "sender", ["{ada}, mallory@elsewhere.test", "{ada}, mallory", "", "Ada <ada@people.test.elsewhere.test>"]
)
def test_a_mail_without_exactly_the_participant_as_its_sender_is_refused(
    sender: str, ada: User, pair: Pair, address: str
) -> None:
    outcome = take_in(answer(sender.format(ada=ada.email), address).as_bytes())

    assert outcome == Outcome.REFUSED
    assert texts_of(pair[0]) == ["Is ten fine?"]


def test_the_sender_is_compared_without_regard_to_case_and_name(ada: User, pair: Pair, address: str) -> None:
    assert take_in(answer(f'"Moreno, Ada" <{ada.email.upper()}>', address.upper()).as_bytes()) == Outcome.SENT


PASSED = "mx.mail.example; spf=fail smtp.mailfrom=elsewhere.test; dmarc=pass header.from=people.test"
FORGED = "mx.mail.example; spf=pass smtp.mailfrom=m@elsewhere.test; dkim=pass header.d=elsewhere.test; dmarc=fail"
SIGNED = "mx.mail.example (checked) 1; dkim=pass (2048 bit) header.d=people.test; dmarc=none"
OWN_WORDS = "mx.elsewhere.test; dmarc=pass"
OTHER_DOMAIN = "mx.mail.example; dmarc=pass (p=none) header.from=elsewhere.test"
IN_ENVELOPE = 'mx.mail.example; spf=pass smtp.mailfrom="x; dmarc=pass smtp.mailfrom=a@people.test "@elsewhere.test'


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        ([PASSED], Outcome.SENT),
        ([SIGNED], Outcome.SENT),
        ([FORGED], Outcome.REFUSED),
        ([FORGED, PASSED], Outcome.REFUSED),
        ([OWN_WORDS], Outcome.REFUSED),
        ([OTHER_DOMAIN], Outcome.REFUSED),
        ([IN_ENVELOPE], Outcome.REFUSED),
        ([], Outcome.REFUSED),
    ],
    ids=[
        "passed",
        "signed",
        "forged",
        "forged with a line of its own",
        "another server",
        "domain",
        "envelope",
        "not checked",
    ],
)
def test_a_forged_sender_is_refused_where_the_mail_server_checks_senders(
    checks: list[str], outcome: Outcome, ada: User, pair: Pair, address: str, settings: Any
) -> None:
    settings.MAIL_ANSWERS_CHECKED_BY = "mx.mail.example"
    letter = answer(ada.email, address).as_bytes()
    lines = "".join(f"Authentication-Results: {line}\n" for line in checks)

    assert take_in(lines.encode() + letter) == outcome


@pytest.mark.parametrize("place", [1, 30, 49], ids=["participant", "signature", "end"])
def test_an_address_with_another_token_is_none(place: int, ada: User, address: str) -> None:
    name, _, token = address.partition("+")
    other = "b" if token[place] == "a" else "a"

    outcome = take_in(answer(ada.email, f"{name}+{token[:place]}{other}{token[place + 1 :]}").as_bytes())

    assert outcome == Outcome.UNKNOWN
    assert not OutboxMessage.objects.filter(event__startswith="mail answer refused").exists()


def test_a_revoked_address_is_refused_and_the_next_mail_has_a_new_one(
    ada: User, pair: Pair, address: str, mail_folder: Path, browser_of: Any
) -> None:
    answered = browser_of(ada).post("/messages/preferences/", {"revoke": "yes"})

    assert answered.status_code == 302
    assert take_in(answer(ada.email, address).as_bytes()) == Outcome.REFUSED
    assert "no longer valid" in text_of(refusal(mail_folder))
    services.read(by=seen_by(pair[1]).me, up_to=1, now=clock.now())
    newer = reply_address(pair[0], seen_by(pair[1]).me, mail_folder)
    assert newer != address
    assert take_in(answer(ada.email, newer).as_bytes()) == Outcome.SENT


def test_an_address_of_a_conversation_that_was_joined_to_another_is_refused(
    ada: User, cleo: User, mail_folder: Path, pair: Pair
) -> None:
    guests_address = addresses.address_for(guest_of(ada))
    adopt_guest(guest_key=Participant.objects.get(user=None).guest_key, person=cleo)

    assert take_in(answer(cleo.email, guests_address).as_bytes()) == Outcome.REFUSED
    assert refusal(mail_folder)["To"] == cleo.email


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<list.elsewhere.test>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@people.test"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_what_programs_send_is_ignored_without_an_answer(
    headers: dict[str, str], ada: User, pair: Pair, address: str
) -> None:
    letter = answer(ada.email, address)
    for name, value in headers.items():
        del letter[name.replace("_", "-")]
        letter[name.replace("_", "-")] = value

    assert take_in(letter.as_bytes()) == Outcome.AUTOMATIC
    assert texts_of(pair[0]) == ["Is ten fine?"]
    assert not OutboxMessage.objects.filter(event__startswith="mail answer refused").exists()


def test_a_report_that_a_mail_was_not_delivered_is_ignored(ada: User, pair: Pair, address: str) -> None:
    head = f"From: {ada.email}\nTo: {address}\nContent-Type: multipart/report; boundary=x\n\n"

    assert take_in(f"{head}--x\n\nNot delivered\n--x--\n".encode()) == Outcome.AUTOMATIC


def test_files_are_taken_in_and_pictures_lose_their_metadata(ada: User, pair: Pair, address: str) -> None:
    letter = answer(ada.email, address)
    letter.add_attachment(picture("JPEG"), maintype="image", subtype="jpeg", filename="beach.jpg")
    letter.add_attachment(PDF, maintype="application", subtype="pdf", filename="../plan.pdf")
    letter.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    letter.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")

    assert take_in(letter.as_bytes()) == Outcome.SENT

    files = {attachment.name: attachment.file.read() for attachment in Attachment.objects.all()}
    assert set(files) == {"beach.jpg", "plan.pdf"}
    assert PLACE not in files["beach.jpg"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("run.exe", "run.exe: We do not accept files of this type"), ("fake.png", "fake.png: This is not a")],
)
def test_an_answer_with_a_file_that_is_not_accepted_is_refused_as_a_whole(
    name: str, words: str, ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    letter = answer(ada.email, address)
    letter.add_attachment(b"MZ" + bytes(60), maintype="application", subtype="octet-stream", filename=name)

    assert [take_in(letter.as_bytes()) for _ in range(2)] == [Outcome.REFUSED] * 2
    assert texts_of(pair[0]) == ["Is ten fine?"]
    assert words in text_of(refusal(mail_folder))
    assert [mail["Subject"] for mail in read(mail_folder)].count("Your reply was not sent") == 1


@pytest.mark.parametrize(
    ("text", "words"), [("", "Write something, or add a file."), ("x" * 5001, "at most 5000 characters")]
)
def test_an_empty_or_too_long_answer_is_refused(
    text: str, words: str, ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    assert take_in(answer(ada.email, address, text).as_bytes()) == Outcome.REFUSED
    assert words in text_of(refusal(mail_folder))


def test_after_a_block_nobody_writes_by_mail(ada: User, pair: Pair, address: str, mail_folder: Path) -> None:
    services.block(by=pair[0], is_blocked=True)

    assert take_in(answer(ada.email, address).as_bytes()) == Outcome.REFUSED
    assert "You cannot write to each other here." in text_of(refusal(mail_folder))


def test_answers_count_in_the_limit_of_messages(
    ada: User, pair: Pair, address: str, mail_folder: Path, settings: Any
) -> None:
    settings.LIMIT_MESSAGES_PER_PERSON = 1

    outcomes = [take_in(answer(ada.email, address, f"Answer {number}").as_bytes()) for number in range(2)]

    assert outcomes == [Outcome.SENT, Outcome.REFUSED]


def test_what_came_after_the_mail_stays_unread_and_is_mailed(
    ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    mine, theirs = pair
    say(mine, "Or rather eleven?")

    take_in(answer(ada.email, address).as_bytes())

    assert seen_by(theirs).me.read_number == 1
    deliver_unread(theirs)
    assert "Or rather eleven?" in text_of(read(mail_folder)[-1])


def test_what_no_mail_has_shown_stays_unread_and_is_mailed(
    ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    mine, theirs = pair
    services.read(by=seen_by(theirs).me, up_to=1, now=clock.now())
    preferences = MessagePreferences.objects.create(person=ada, quiet_from="00:00", quiet_until="23:59:59")
    say(mine, "Or rather eleven?")
    with pytest.raises(outbox.RetryLater):
        deliver_unread(theirs)

    take_in(answer(ada.email, address).as_bytes())

    assert seen_by(theirs).me.read_number == 1
    preferences.delete()
    deliver_unread(theirs)
    assert "Or rather eleven?" in text_of(read(mail_folder)[-1])


def test_an_answer_marks_what_the_mail_showed_as_read(ada: User, pair: Pair, address: str) -> None:
    take_in(answer(ada.email, address).as_bytes())

    assert seen_by(pair[1]).me.read_number == 2


def guest_of(builder: User) -> Participant:
    """Books as a guest, and returns the guest's part in the conversation with the builder."""
    book_as_guest(free_shop(builder))
    for message in OutboxMessage.objects.filter(channel=marks.CHANNEL):
        delivery.deliver(message)
    return Participant.objects.select_related("conversation").get(user=None)


def test_a_guest_answers_by_mail_until_their_link_ends(ada: User, mail_folder: Path) -> None:
    guest = guest_of(ada)
    say(Participant.objects.get(user=ada), "Bring a pencil.")
    deliver_unread(guest)
    address = str(read(mail_folder)[-1]["Reply-To"])

    first = take_in(answer("gwen@guests.test", address, "I will.").as_bytes())
    Booking.objects.update(starts_at=clock.now() - LASTS * 2, ends_at=clock.now() - LASTS)
    second = take_in(answer("gwen@guests.test", address, "Hello?").as_bytes())

    assert (first, second) == (Outcome.SENT, Outcome.UNKNOWN)
    assert texts_of(guest)[1:] == ["Bring a pencil.", "I will."]


def test_the_mail_to_a_guest_whose_link_has_ended_cannot_be_answered(ada: User, mail_folder: Path) -> None:
    guest = guest_of(ada)
    Booking.objects.update(starts_at=clock.now() - LASTS * 2, ends_at=clock.now() - LASTS)
    say(Participant.objects.get(user=ada), "Bring a pencil.")

    deliver_unread(guest)

    letter = read(mail_folder)[-1]
    assert letter["Reply-To"] is None
    assert "You can also reply to this mail." not in text_of(letter)


def test_the_demo_answers_a_mail_on_its_page(ada: User, pair: Pair, address: str, mail_folder: Path) -> None:
    (letter,) = mail_folder.glob("*.eml")
    page = f"/demo/mail/{letter.stem}/"

    form = Client().get(page)
    Client().post(page, {"sender": ada.email, "text": "Yes, ten is fine."})

    assert "Answer this mail" in form.content.decode()
    assert texts_of(pair[0]) == ["Is ten fine?", "Yes, ten is fine."]
