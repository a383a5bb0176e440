"""Run by `manage.py shell` of a former release, on tables of this one: people open their pages, and one of them books.

It uses addresses and documented answers alone, since it has to work with the code of any release.
"""

import json
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

PAGES = {
    "client@demo.test": ["/", "/builders/", "/bookings/", "/bookings/?show=past", "/me/pathways/", "/messages/", "/payments/"],
    "builder@demo.test": ["/dashboard/", "/dashboard/bookings/", "/dashboard/clients/", "/dashboard/offers/", "/dashboard/insights/"],
    "support@demo.test": ["/builders/ada-moreno/"],
}  # fmt: skip


def answer_of(browser: Client, path: str, data: dict[str, str] | None = None) -> dict:  # type: ignore[type-arg]  # of JSON
    answer = browser.get(path, data or {})
    assert answer.status_code == 200, f"{path} answers {answer.status_code}: {answer.content[:300]!r}"
    return answer.json()  # type: ignore[no-any-return]  # of JSON


def trial() -> None:
    browsers = {}
    for email, paths in PAGES.items():
        browsers[email] = Client()
        browsers[email].force_login(get_user_model().objects.get(email=email))
        for path in paths:
            status = browsers[email].get(path).status_code
            assert status == 200, f"{path} answers {status}"
    cleo = browsers["client@demo.test"]
    offered = answer_of(cleo, "/api/scheduling/sessions/available", {"builderId": "ada-moreno", "category": "FREE"})
    session = offered["sessions"][0]
    first = timezone.now().date() + timedelta(days=2)
    times = answer_of(
        cleo,
        "/api/coaching/sessions/available",
        {
            "coachId": "ada-moreno",
            "sessionTypeId": session["id"],
            "from": first.isoformat(),
            "to": (first + timedelta(days=7)).isoformat(),
        },
    )
    booking = {
        "builderId": "ada-moreno",
        "sessionTypeId": session["id"],
        "scheduledTime": times["availableSlots"][0]["startTime"],
        "customQuestionResponse": {
            question["id"]: (question["options"] or ["An app"])[0] for question in session["questions"]
        },
    }
    booked = cleo.post("/api/bookings/create", json.dumps(booking), content_type="application/json")
    assert booked.status_code == 201, booked.content[:500]
    reference = booked.json()["booking"]["reference"]
    assert reference in cleo.get("/bookings/").content.decode()
    print(f"booked {reference}")


trial()
