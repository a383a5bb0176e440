"""Tests the marketplace in a browser: search, filters, map, favourites, portfolio, and the way to a booking."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, box_of


def test_a_sentence_finds_a_builder_and_books_the_evening(new_page: NewPage) -> None:
    """Types one sentence; the card shows the first matching evening, and its button opens with that time chosen."""
    page = new_page(email="client@demo.test")
    page.goto("/builders/")
    page.get_by_role("searchbox").fill("someone for mixing near Berlin under 80 euros free on a weekday evening")

    for chip in ("Within 25 miles of Berlin", "At most €80 an hour", "Weekdays", "Evenings from 18:00"):
        expect(page.get_by_role("link", name=re.compile(f"^{chip}"))).to_be_visible()
    expect(page.locator("#results [role=status]").first).to_contain_text("for “mixing”")
    page.keyboard.press("Enter")

    expect(page.get_by_role("searchbox")).to_have_value("mixing")
    expect(page.get_by_label("Where", exact=True)).to_have_value("Berlin")
    expect(page).to_have_url(re.compile(r"\?q=mixing&.*place=Berlin"))
    assert violations(page) == []
    page.get_by_role("link", name=re.compile("at this time$")).first.click()

    expect(page).to_have_url(re.compile(r"/book/[\w-]+/[0-9a-f-]{36}/\?day=[0-9-]{10}"))
    page.get_by_role("button", name=re.compile("^Continue with")).click()
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name=re.compile("^(Book|Request this session)")).click()
    expect(page.get_by_role("heading", name=re.compile("(You are booked|has your request)$"))).to_be_visible()


def test_filters_stand_beside_the_cards_on_wide_screens(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/builders/")
    page.get_by_label("What", exact=True).select_option("mixing")
    page.get_by_label("Where", exact=True).fill("Berlin")
    page.get_by_label("Price up to").fill("80")
    page.get_by_label("When", exact=True).select_option("1")
    page.get_by_label("When", exact=True).press("Tab")

    expect(page.get_by_role("link", name=re.compile("^Within 25 miles of Berlin"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?service=mixing&day=1&place=Berlin&miles=25&max_rate=80&currency=EUR$"))
    filters, cards = box_of(page.locator(".finder__panel")), box_of(page.locator("#results"))
    assert filters["x"] + filters["width"] <= cards["x"]


def test_filters_set_while_a_sentence_stands_in_the_field(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/")
    page.get_by_role("searchbox").fill("coach under 70 euros")
    expect(page.get_by_role("link", name=re.compile("^At most €70 an hour"))).to_be_visible()
    page.get_by_label("Price up to").click()  # the filters follow when the search field loses the focus
    page.get_by_label("Price up to").fill("90")
    page.get_by_label("Price up to").press("Tab")

    expect(page.get_by_role("link", name=re.compile("^At most €90 an hour"))).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("coach")


def test_the_button_on_a_phone_counts_the_builders(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/builders/")
    page.locator("summary", has_text="Filters").first.click()
    button = page.get_by_role("button", name=re.compile(r"^Show\s+\d+\s+builders?$"))
    before = button.inner_text()
    page.get_by_label("What", exact=True).select_option("mixing")
    expect(button).not_to_have_text(re.compile(f"^{re.escape(before)}$"))
    page.get_by_text("More filters").click()
    page.get_by_label("Remote or in person").select_option("remote")
    expect(page.get_by_role("link", name=re.compile("^Remote"))).to_be_attached()
    assert violations(page) == []
    button.click()

    expect(button).to_be_hidden()
    expect(page.get_by_role("link", name=re.compile("^Remote"))).to_be_in_viewport()


def test_a_builder_can_be_found_by_keyboard_only(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test", width=390)
    page.goto("/builders/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("mastering")
    expect(page.locator("#results [role=status]")).to_contain_text("for “mastering”")
    page.locator(".bcard .card__link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/builders/[\w-]+/$"))


def test_sentences_and_filters_work_without_javascript(new_page: NewPage) -> None:
    page = new_page(script=False)
    page.goto("/builders/")
    page.get_by_role("searchbox").fill("someone near Berlin with 4.5 stars")
    page.get_by_text("More filters").click()
    page.get_by_label("Pathway", exact=True).select_option("accelerate")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("link", name=re.compile("^Accelerate"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Within 25 miles of Berlin"))).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.get_by_role("link", name=re.compile("^4.5 stars and more")).click()
    expect(page.get_by_role("link", name="Ada Moreno", exact=True)).to_be_visible()


def test_a_builder_pauses_a_pathway(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/listing/")
    pathways = page.locator(".bcard__pathways")
    expect(pathways.get_by_text("Play")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pause.*Play")).click()
    expect(page.get_by_text("Paused. Clients who are on it")).to_be_visible()
    expect(pathways.get_by_text("Play")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Resume.*Play")).click()
    expect(pathways.get_by_text("Play")).to_be_visible()


def test_the_map_shows_pins_beside_the_list_and_searches_an_area(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/?view=map")
    expect(page.locator(".pin").first).to_be_visible()
    expect(page.get_by_role("button", name="Search this area")).to_be_hidden()

    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Search this area").click()
    expect(page).to_have_url(re.compile(r"area=-?[\d.]+%2C"))
    expect(page.get_by_role("link", name=re.compile("^In this part of the map"))).to_be_visible()
    expect(page.locator(".map .pin").first).to_be_visible()
    page.locator(".mapped .card__link").first.focus()
    expect(page.locator(".pin--on").first).to_be_visible()
    assert violations(page) == []

    page.get_by_role("link", name=re.compile("^In this part of the map")).click()
    expect(page).to_have_url(re.compile(r"/builders/\?view=map$"))


def test_the_position_is_only_asked_for_after_a_click(new_page: NewPage) -> None:
    page = new_page(fresh=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 52.52, "longitude": 13.4})
    page.goto("/builders/?view=map")
    with page.expect_response(re.compile(r"pins\.json.*area=5[12]\.")):
        page.get_by_role("button", name="Near me").click()
    expect(page).to_have_url(re.compile(r"area=5[12]\."))
    expect(page.locator(".map")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".leaflet-cluster-anim")).to_have_count(0)  # a cluster does not open while it moves
    page.locator(".pin--many").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pin:not(.pin--many)").nth(1)).to_be_visible()
    page.locator(".pin:not(.pin--many)").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map__notice a")).to_be_visible()


def test_the_map_shows_pins_without_the_outlines_of_countries(new_page: NewPage) -> None:
    page = new_page(fresh=True)
    page.route("**/countries-50m*.json", lambda route: route.abort())
    page.goto("/builders/?view=map")
    expect(page.locator(".pin").first).to_be_visible()


def test_a_map_that_cannot_be_loaded_is_reported_beside_the_list(new_page: NewPage) -> None:
    page = new_page(fresh=True)
    page.route("**/js/map*.js*", lambda route: route.abort())
    page.goto("/builders/?view=map")
    expect(page.get_by_text("The map did not arrive.")).to_be_visible()
    expect(page.locator(".mapped .card__link").first).to_be_visible()


def test_favourites_can_be_marked_and_counts_lead_to_searches(new_page: NewPage, complaints: list[str]) -> None:
    page = new_page(email="client@demo.test", fresh=True)
    page.goto("/builders/")
    heart = page.get_by_role("button", name=re.compile("^Add .* to favourites")).nth(1)
    was = heart.get_attribute("aria-pressed")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    expect(heart).to_be_focused()
    with page.expect_response(re.compile("/keep/|/favourite")):
        page.keyboard.press("Enter")
    expect(heart).to_have_attribute("aria-pressed", was or "")
    page.route(re.compile("/keep/|/favourite"), lambda route: route.abort())
    heart.click()
    expect(page.get_by_text("This was not saved.")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", was or "")
    complaints.clear()  # htmx reports the request that did not get through

    page.get_by_text("Browse by category").click()
    page.locator("#counts").get_by_role("link", name="Mixing").click()
    expect(page).to_have_url(re.compile("service=mixing"))


def test_a_builder_adds_moves_and_removes_a_portfolio_picture(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/portfolio/")
    there = page.locator(".piece-row").count()
    buffer = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(buffer, "PNG")
    add = page.locator("#add")
    add.get_by_label("A picture, a recording or a file").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    add.get_by_label("Title").fill("By the sea")
    add.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Say in a few words what the picture shows.").first).to_be_visible()

    add.get_by_label("A picture, a recording or a file").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    add.get_by_label("What a picture shows").fill("Waves")
    add.get_by_role("button", name="Add it").click()
    row = page.locator(".piece-row", has_text="By the sea")
    expect(row).to_be_visible()
    row.get_by_role("button", name=re.compile("Move up")).click()
    expect(page.locator(".piece-row").nth(there - 1)).to_contain_text("By the sea")

    page.goto("/builders/ada-moreno/")
    expect(page.get_by_role("img", name="Waves")).to_be_visible()
    page.goto("/dashboard/portfolio/")
    row.get_by_role("link", name=re.compile("Edit")).click()
    page.get_by_text("Remove it").click()
    page.get_by_role("button", name="Remove “By the sea”").click()
    expect(page.locator(".piece-row")).to_have_count(there)


def test_a_recording_plays(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/builders/ada-moreno/")
    length = page.locator("audio").evaluate(
        """player => new Promise(done => { player.addEventListener('loadedmetadata', () => done(player.duration));
           player.addEventListener('error', () => done(0)); player.preload = 'metadata'; player.load() })"""
    )
    assert length == pytest.approx(4, abs=0.1)


def test_the_listing_preview_is_updated_while_typing(new_page: NewPage) -> None:
    page = new_page(email="builder@demo.test")
    page.goto("/dashboard/listing/")
    page.get_by_label("Headline").press_sequentially(" today")
    expect(page.locator("#cards .bcard__line")).to_contain_text("today")


def test_a_day_on_the_profile_opens_the_wizard_on_that_day(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto("/builders/ada-moreno/")
    page.locator(".weeks td:nth-child(2) a").last.click()  # a Tuesday: on some days she is open for one session only
    page.get_by_role("link", name=re.compile("Choose a time")).first.click()
    expect(page).to_have_url(re.compile(r"\?day=\d{4}-\d\d-\d\d"))
    expect(page.locator(".cal__day.is-chosen")).to_be_visible()
