"""Tests of the inbox and the page of a conversation, which work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.models import AuditEntry, Flag
from messaging import services
from messaging.models import Message, MessagePreferences, MessageReport, SavedReply
from tests.cast import make_person
from tests.files import headers, received
from tests.messaging.cast import PDF, conversation_of, long_conversation, say, seen_by, texts_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def page_of(participant: Any) -> str:
    return reverse("messaging:conversation", args=[participant.conversation_id])


def act_of(participant: Any) -> str:
    return reverse("messaging:act", args=[participant.conversation_id])


def shown(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_inbox_lists_unread_conversations_first(ada: User, cleo: User, browser_of: Browser) -> None:
    sam = make_person("Sam Lee")
    mine, theirs = conversation_of(cleo, ada)
    others, _ = conversation_of(sam, ada)
    say(mine, "Old but unread")
    say(others, "Newer")
    services.read(by=seen_by(theirs).me, up_to=0, now=seen_by(theirs).me.created_at)
    reader = seen_by(others).other
    services.read(by=reader, up_to=1, now=reader.created_at)

    page = shown(browser_of(ada).get("/messages/"))

    assert page.index("Cleo Park") < page.index("Sam Lee")
    assert "Old but unread" in page
    assert "Messages, 1 unread" in page


def test_the_inbox_takes_the_same_number_of_queries_for_many_conversations(
    ada: User, browser_of: Browser, django_assert_num_queries: Any
) -> None:
    browser = browser_of(ada)
    for number in range(3):
        mine, _ = conversation_of(make_person(f"Client {number}"), ada)
        say(mine, "Hello")
    with django_assert_num_queries(7):
        browser.get("/messages/")
    for number in range(3, 15):
        mine, _ = conversation_of(make_person(f"Client {number}"), ada)
        say(mine, "Hello")

    with django_assert_num_queries(7):
        browser.get("/messages/")


@pytest.mark.parametrize("q", ["park", "secret plan"])
def test_the_search_finds_names_and_words(q: str, ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "Here is the secret plan")
    others, _ = conversation_of(make_person("Sam Lee"), ada)
    say(others, "Hello")

    page = shown(browser_of(ada).get("/messages/", {"q": q}))

    assert "Cleo Park" in page
    assert "Sam Lee" not in page


def test_nobody_searches_the_conversations_of_others(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "Here is the secret plan")

    page = shown(browser_of(make_person("Sam Lee")).get("/messages/", {"q": "secret"}))

    assert "Nothing found" in page


@pytest.mark.parametrize("who", ["sam", "suri", "alex"])
def test_others_and_staff_find_no_conversation(
    who: str, ada: User, cleo: User, suri: User, alex: User, browser_of: Browser
) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "Secret", files=[SimpleUploadedFile("plan.pdf", PDF)])
    browser = browser_of({"sam": make_person("Sam Lee"), "suri": suri, "alex": alex}[who])
    file = reverse("messaging:file", args=[mine.conversation_id, message.attachments.get().pk])

    answers = [browser.get(page_of(mine)), browser.post(act_of(mine), {"read": "1"}), browser.get(file)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_message_is_sent_by_the_form_and_shown_once(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    browser = browser_of(cleo)
    key = browser.get(page_of(mine)).context["client_key"]
    for _ in range(2):
        answer = browser.post(page_of(mine), {"text": "Hello Ada", "client_key": key})

    assert answer.headers["Location"] == f"{page_of(mine)}#m-1"
    assert shown(browser.get(page_of(mine))).count("<p>Hello Ada</p>") == 1


def test_a_refused_message_is_shown_again_with_the_reason(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    page = browser_of(cleo).post(page_of(mine), {"text": "My words", "files": SimpleUploadedFile("virus.exe", b"MZ")})

    assert page.status_code == 422
    assert "My words</textarea>" in shown(page)
    assert "We do not accept files of this type" in shown(page)
    assert texts_of(mine) == []


def test_a_file_is_a_download_for_both(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    browser_of(cleo).post(page_of(mine), {"text": "", "files": SimpleUploadedFile("Plan <1>.pdf", PDF)})
    attachment = Message.objects.get().attachments.get()

    answer = browser_of(ada).get(reverse("messaging:file", args=[mine.conversation_id, attachment.pk]))

    assert attachment.name == "Plan 1.pdf"
    assert received(answer) == PDF
    assert headers(answer)["Content-Disposition"].startswith("attachment")
    assert answer.status_code == 302 or answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_reading_the_page_changes_nothing_until_it_is_posted(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "one")
    say(mine, "two")
    browser = browser_of(ada)

    browser.get(page_of(mine))
    assert seen_by(theirs).me.read_number == 0
    browser.post(act_of(mine), {"read": "2"})

    assert seen_by(theirs).me.read_number == 2
    assert "Seen" in shown(browser_of(cleo).get(page_of(mine)))


def test_a_number_that_is_too_long_marks_everything_as_read(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "Hello")

    answer = browser_of(ada).post(act_of(theirs), {"read": "9" * 5000})

    assert answer.status_code == 302
    assert seen_by(theirs).me.read_number == 1


def test_read_marks_are_hidden_from_both_if_one_hides_them(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, theirs = conversation_of(cleo, ada)
    MessagePreferences.objects.create(person=ada, shows_seen=False)
    say(mine, "one")
    say(theirs, "two")
    services.read(by=seen_by(mine).me, up_to=2, now=seen_by(mine).me.created_at)

    pages = [shown(browser_of(person).get(page_of(mine))) for person in (ada, cleo)]

    assert "Seen" not in "".join(pages)


def test_the_new_line_stands_above_the_first_unread_message(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "Read")
    services.read(by=seen_by(theirs).me, up_to=1, now=seen_by(theirs).me.created_at)
    say(mine, "Unread")

    page = shown(browser_of(ada).get(page_of(mine)))

    assert page.index("<p>Read</p>") < page.index('id="new"') < page.index("<p>Unread</p>")


def test_a_long_conversation_shows_the_newest_and_links_to_older(
    ada: User, cleo: User, browser_of: Browser, django_assert_num_queries: Any
) -> None:
    mine, _ = conversation_of(cleo, ada)
    for number in range(120):
        say(mine, f"Line {number + 1}.")
    browser = browser_of(cleo)

    with django_assert_num_queries(6):
        page = shown(browser.get(page_of(mine)))
    older = shown(browser.get(page_of(mine), {"before": "71"}))
    around = shown(browser.get(page_of(mine), {"at": "60"}))

    assert ("Line 71." in page, "Line 120." in page, "Line 70." in page) == (True, True, False)
    assert f"{page_of(mine)}?before=71" in page
    assert ("Line 21." in older, "Line 70." in older, "Line 71." in older) == (True, True, False)
    assert "Line 60." in around
    assert "Newest messages" in around


def test_ten_thousand_messages_take_no_query_more(
    ada: User, cleo: User, browser_of: Browser, django_assert_num_queries: Any
) -> None:
    mine = long_conversation(cleo, ada, 10_000)
    browser = browser_of(cleo)

    with django_assert_num_queries(6):
        newest = shown(browser.get(page_of(mine)))
    with django_assert_num_queries(6):
        middle = shown(browser.get(page_of(mine), {"before": "5001"}))
    with django_assert_num_queries(13):
        browser.post(page_of(mine), {"text": "Hello"}, headers={"HX-Request": "true"})

    assert "Line 10000 of" in newest
    assert "Line 4951 of" in middle
    assert texts_of(mine)[-1] == "Hello"


def test_the_part_for_live_pages_is_what_a_fresh_page_shows(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, theirs = conversation_of(cleo, ada)
    first = say(mine, "one")
    say(theirs, "two")
    services.edit(message=first, by=mine, text="one!")
    browser = browser_of(cleo)

    whole = shown(browser.get(page_of(mine)))
    part = shown(browser.get(page_of(mine), {"first": "1"}, headers={"HX-Request": "true", "HX-Target": "stream"}))

    assert part.strip() in whole
    assert "<html" not in part


def test_a_page_edits_and_deletes_by_its_links(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    message = say(mine, "Helo")
    browser = browser_of(cleo)

    form = shown(browser.get(page_of(mine), {"edit": str(message.pk)}))
    browser.post(act_of(mine), {"edit": str(message.pk), "text": "Hello"})
    edited = shown(browser.get(page_of(mine)))
    browser.post(act_of(mine), {"delete": str(message.pk)})

    assert "Helo</textarea>" in form
    assert "<p>Hello</p>" in edited
    assert "edited" in edited
    assert "This message was deleted." in shown(browser.get(page_of(mine)))


def test_contact_details_get_a_warning_before_the_first_booking_only(
    ada: User, cleo: User, browser_of: Browser
) -> None:
    mine, _ = conversation_of(cleo, ada, booked=False)
    say(mine, "Write me at cleo@example.com")
    page = shown(browser_of(ada).get(page_of(mine)))
    assert "contains contact or payment details" in page

    conversation_of(cleo, ada)

    assert "contains contact or payment details" not in shown(browser_of(ada).get(page_of(mine)))


def test_a_report_keeps_the_lines_around_it_and_staff_settle_it(
    ada: User, cleo: User, alex: User, suri: User, browser_of: Browser
) -> None:
    mine, theirs = conversation_of(cleo, ada)
    say(mine, "Hello")
    rude = say(theirs, "Rude words")
    browser_of(cleo).post(act_of(mine), {"report": str(rude.pk), "reason": "It is rude."})
    services.delete(message=rude, by=theirs)
    report = MessageReport.objects.get()

    page = browser_of(suri).get(f"/admin/messaging/messagereport/{report.pk}/change/")
    browser_of(suri).post(
        "/admin/messaging/messagereport/", {"action": "settle_as_blocked", "_selected_action": str(report.pk)}
    )

    assert "Rude words" in page.content.decode()
    assert 'select it in <a href="/admin/messaging/messagereport/">the list</a>' in page.content.decode()
    assert "+00:00" not in page.content.decode()
    assert suri.notifications.get().title == "Cleo Park has reported a message"
    report.refresh_from_db()
    assert (report.outcome, report.settled_by) == ("blocked", suri)
    assert AuditEntry.objects.filter(action="message report settled").count() == 1
    assert browser_of(ada).post(page_of(mine), {"text": "More"}).status_code == 403


def test_staff_read_a_conversation_only_with_a_reason_that_is_audited(
    ada: User, cleo: User, suri: User, browser_of: Browser
) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "Private words")
    url = f"/admin/messaging/conversation/{mine.conversation_id}/read/"
    browser = browser_of(suri)

    before = [browser.get(url).content.decode(), browser.post(url, {"reason": " "}).content.decode()]
    after = browser.post(url, {"reason": "A dispute"}).content.decode()

    assert "Private words" not in "".join(before)
    assert "Private words" in after
    entry = AuditEntry.objects.get(action="conversation read")
    assert entry.after == {"reason": "A dispute"}


def test_a_builders_saved_reply_fills_in_the_name(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    reply = SavedReply.objects.create(owner=ada, title="Welcome", text="Hi {name}, see you {time}.")

    page = shown(browser_of(ada).get(page_of(mine), {"saved": str(reply.pk)}))

    assert "Hi Cleo, see you our session.</textarea>" in page


def test_archived_conversations_come_back_with_the_next_message(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "Hello")
    browser = browser_of(ada)

    browser.post(act_of(mine), {"archive": "yes"})
    assert "Cleo Park" not in shown(browser.get("/messages/"))
    assert "Cleo Park" in shown(browser.get("/messages/", {"show": "archived"}))
    say(mine, "Again")

    assert "Cleo Park" in shown(browser.get("/messages/"))


def test_a_switched_off_flag_hides_the_entry_points(ada: User, cleo: User, browser_of: Browser) -> None:
    mine, _ = conversation_of(cleo, ada)
    say(mine, "Hello")
    Flag.objects.create(name="messaging", everyone=False)
    browser = browser_of(cleo)

    profile = shown(browser.get("/builders/ada-moreno/"))

    assert "/messages/" not in profile
    assert browser.get("/messages/to/ada-moreno/").status_code == 404
    assert browser.get(page_of(mine)).status_code == 200


def test_asking_a_builder_leads_to_the_conversation(ada: User, cleo: User, browser_of: Browser) -> None:
    browser = browser_of(cleo)
    assert "Ask a question" in shown(browser.get("/builders/ada-moreno/"))

    answer = browser.post("/messages/to/ada-moreno/", {"text": "Do you teach beginners?"}, follow=True)

    assert "Do you teach beginners?" in shown(answer)
    assert "You can write again once you have an answer." in shown(answer)


def test_preferences_are_saved(cleo: User, browser_of: Browser) -> None:
    browser = browser_of(cleo)
    wrong = browser.post("/messages/preferences/", {"quiet_from": "22:00"})
    browser.post("/messages/preferences/", {"quiet_from": "22:00", "quiet_until": "07:00", "sends_on_enter": "on"})

    assert wrong.status_code == 422
    own = MessagePreferences.objects.get(person=cleo)
    assert (own.shows_seen, own.sends_on_enter, str(own.quiet_until)) == (False, True, "07:00:00")
