"""Forms of the admin: an id that is none is refused, and ends in no 500."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Place, User
from core import big_tables
from core.big_tables import EstimatingPaginator
from tests.factories.accounts import BuilderProfileFactory
from tests.factories.scheduling import ReservationFactory, SeatFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "field"),
    [("admin:core_flag_add", "users"), ("admin:accounts_builderprofile_add", "user")],
)
@pytest.mark.parametrize("text", ["-inf", "no id", "9" * 100])
def test_text_that_is_no_id_is_refused(
    alex: User, browser_of: Callable[[User | None], Client], page: str, field: str, text: str
) -> None:
    answer = browser_of(alex).post(reverse(page), {field: text})

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_flag_shows_whom_it_names(alex: User, cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    answer = browser_of(alex).post(reverse("admin:core_flag_add"), {"users": f"{cleo.pk},no id"})

    assert f"({cleo})" in answer.content.decode()


def test_support_reads_a_reservation(suri: User, browser_of: Callable[[User | None], Client]) -> None:
    seat = SeatFactory.create()

    answer = browser_of(suri).get(reverse("admin:scheduling_reservation_change", args=[seat.reservation_id]))

    assert answer.status_code == 200


def test_models_are_named_in_plain_english() -> None:
    names = [str(model._meta.verbose_name_plural) for model in apps.get_models()]

    assert not [name for name in names if re.search(r"[^aeiou]ys$", name)], "such as “availabilitys”"


def test_a_page_far_from_the_first_has_the_same_rows() -> None:
    towns = Place.objects.order_by("name", "pk")
    paginator = EstimatingPaginator(towns, 100)

    for number in (1, 12, 20):
        page = list(paginator.page(number).object_list)
        assert page == list(towns[(number - 1) * 100 : number * 100])


def test_a_filtered_list_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    berlin = Place.objects.filter(name="Berlin")
    assert EstimatingPaginator(berlin, 100).count == berlin.count()

    monkeypatch.setattr(big_tables, "FEW", 50)
    monkeypatch.setattr(big_tables, "MOST_COUNTED", 50)
    assert EstimatingPaginator(Place.objects.filter(pk__gt=0), 100).count == 51
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_place")
    assert EstimatingPaginator(Place.objects.all(), 100).count == pytest.approx(Place.objects.count(), rel=0.05)


def test_a_list_with_more_rows_than_are_counted_says_so(
    suri: User, browser_of: Callable[[User | None], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{reverse('admin:scheduling_reservation_changelist')}?kind__exact=BOOKED"
    for _ in range(3):
        ReservationFactory.create()
    assert "3 reservations" in browser_of(suri).get(address).content.decode()

    monkeypatch.setattr(big_tables, "MOST_COUNTED", 2)

    assert "2+ reservations" in browser_of(suri).get(address).content.decode()


def test_the_last_page_of_a_big_table_can_be_opened(suri: User, browser_of: Callable[[User | None], Client]) -> None:
    for _ in range(3):
        SeatFactory.create()

    for address in ("?", "?p=1", "?q=nobody", "?kind__exact=BOOKED"):
        assert browser_of(suri).get(f"{reverse('admin:scheduling_reservation_changelist')}{address}").status_code == 200


def test_a_search_for_a_full_name_finds_it_among_many_with_one_of_its_words(
    suri: User, browser_of: Callable[[User | None], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(big_tables, "MOST_PEOPLE", 1)
    for name in ("Ann Jones", "Bob Smith", "Ann Smith"):
        builder = BuilderProfileFactory.create(user__display_name=name).user
        ReservationFactory.create(builder=builder)

    address = reverse("admin:scheduling_reservation_changelist")
    answer = browser_of(suri).get(address, {"q": "Ann Smith"})

    assert [str(row.builder) for row in answer.context["cl"].result_list] == ["Ann Smith"]
