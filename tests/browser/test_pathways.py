"""Tests pathways in a browser: the skill tree, progress, builders' answers, badges."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, box_of

PATHWAY = "/me/pathways/accelerate/"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_three_questions_suggest_a_pathway_to_enrol_in(new_page: NewPage, *, script: bool) -> None:
    page = new_page(email="support@demo.test" if script else "admin@demo.test", script=script)
    page.goto("/welcome/")
    for answer in ("make something for the joy", "where to begin", "shown it to others"):
        page.get_by_label(re.compile(answer)).check()
    page.get_by_role("button", name="Suggest a pathway").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Play is for you")
    page.get_by_role("button", name="Follow Play").click()

    expect(page.get_by_role("heading", name="The skill tree")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Set up your tools")).first.click()
    panel = page.get_by_role("region", name="Set up your tools", exact=True)
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="I can do this").click()
    expect(page.get_by_text("1 of 14 skills")).to_be_visible()
    panel.get_by_role("button", name=re.compile("Take back")).click()
    expect(page.get_by_text("0 of 14 skills")).to_be_visible()


def test_the_tree_can_be_used_by_keyboard_and_screen_reader(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto(PATHWAY)
    node = page.locator("a.tree__node", has_text="Price your work")
    expect(page.get_by_role("link", name="Price your work Open to you")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Ship, review by review Locked"))).to_be_visible()

    node.focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Price your work")
    expect(heading).to_be_focused()
    expect(page).to_have_url(re.compile(r"skill=price-your-work"))
    assert violations(page) == []


def test_the_tree_can_be_zoomed_and_moved(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test")
    page.goto(PATHWAY)
    drawing = page.locator("svg.tree__drawing")
    whole = drawing.get_attribute("viewBox") or ""

    page.get_by_role("button", name="Larger").click()
    larger = drawing.get_attribute("viewBox") or ""
    assert float(larger.split()[2]) < float(whole.split()[2])
    page.keyboard.press("ArrowRight")
    assert drawing.get_attribute("viewBox") != larger
    page.keyboard.press("0")
    assert [float(number) for number in (drawing.get_attribute("viewBox") or "").split()] == [
        float(number) for number in whole.split()
    ]

    for _ in range(4):
        page.keyboard.press("+")
    page.locator("a.tree__node", has_text="Set the standard").focus()
    box, frame = box_of(page.locator("a.tree__node", has_text="Set the standard")), box_of(drawing)
    assert frame["x"] <= box["x"] <= frame["x"] + frame["width"], "the focused skill is visible"
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]


def test_a_client_asks_for_confirmation_and_the_builder_gives_it(new_page: NewPage) -> None:
    cleo, ada = new_page(email="client@demo.test"), new_page(email="builder@demo.test")
    cleo.goto(f"{PATHWAY}?skill=take-critique")
    panel = cleo.get_by_role("region", name="Take critique, use a third", exact=True)
    panel.get_by_text("Add evidence").click()
    panel.get_by_label("In words").fill("Five people, two pages of notes, three changes.")
    panel.get_by_role("button", name="Save evidence").click()
    expect(cleo.get_by_text("Five people, two pages of notes")).to_be_visible()
    cleo.get_by_role("button", name="Ask my builder to verify it").click()
    expect(cleo.get_by_text("Ada Moreno has been asked to verify it")).to_be_visible()

    ada.goto("/dashboard/clients/?show=asked")
    ada.get_by_role("link", name="Cleo Park").click()
    asked = ada.get_by_role("article").filter(has_text="Take critique")
    expect(asked.get_by_text("Five people, two pages of notes")).to_be_visible()
    assert violations(ada) == []
    asked.get_by_label("Your comment").fill("The third you dropped was the right one.")
    asked.get_by_role("button", name="Verify skill").click()
    expect(ada.get_by_text("Take critique, use a third is completed.")).to_be_visible()

    cleo.reload()
    expect(cleo.get_by_text(re.compile(r"verified by\s+Ada Moreno")).first).to_be_visible()
    ada.goto(f"{ada.url.split('?')[0]}?skill=take-critique")
    ada.get_by_role("button", name=re.compile("Take back")).click()
    expect(ada.get_by_text("Taken back.")).to_be_visible()
    cleo.goto(f"{PATHWAY}?skill=take-critique")
    cleo.get_by_role("button", name=re.compile("Take back")).click()
    expect(cleo.get_by_text("Taken back.")).to_be_visible()


@pytest.mark.parametrize(("script", "skill"), [(True, "get-unstuck"), (False, "price-your-work")])
def test_a_builder_records_which_skills_a_session_moved(new_page: NewPage, *, script: bool, skill: str) -> None:
    page = new_page(email="builder@demo.test", script=script, width=390)
    page.goto("/dashboard/bookings/?show=past&q=Cleo")
    page.locator("a.card__link").first.click()
    page.get_by_role("link", name="Update skills").click()
    expect(page.get_by_role("heading", name="Update skills")).to_be_visible()
    if script:
        assert violations(page) == []
    page.locator(f"select[name=skill_{skill}]").select_option("IN_PROGRESS")
    page.get_by_role("button", name="Save skills").click()
    expect(page.get_by_text("Saved: 1 skill updated.")).to_be_visible()

    page.goto("/dashboard/clients/?q=Cleo")
    page.get_by_role("link", name="Cleo Park").click()
    expect(page.get_by_role("heading", name="Cleo Park")).to_be_visible()
    page.goto(f"{page.url.partition('?')[0]}?skill={skill}")
    page.get_by_role("button", name="Take back: begun").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()


def test_a_badge_can_be_shown_to_others_and_hidden_again(new_page: NewPage) -> None:
    page, stranger = new_page(email="client@demo.test"), new_page(width=320, theme="dark")
    page.goto("/me/badges/")
    page.get_by_role("button", name=re.compile("Show it to others.*Accelerate: first tier")).click()
    page.get_by_role("link", name="See its page").first.click()
    expect(page.get_by_role("heading", name="Accelerate: first tier")).to_be_visible()
    stranger.goto(page.url)
    expect(stranger.get_by_role("heading", name="Accelerate: first tier")).to_be_visible()
    assert violations(stranger) == []

    page.goto("/me/badges/")
    page.get_by_role("button", name=re.compile("Hide it again.*Accelerate: first tier")).click()
    expect(page.get_by_text("Only you can see it again.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="Accelerate: first tier")).to_have_count(0)


def test_a_pathway_page_loads_its_builders(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/pathways/accelerate/")

    expect(page.get_by_role("heading", name="Builders on Accelerate")).to_be_visible()
    expect(page.get_by_role("link", name="Ada Moreno", exact=True)).to_be_visible()


def test_a_client_changes_the_builder_of_a_pathway(new_page: NewPage) -> None:
    page = new_page(email="client@demo.test", width=390, theme="dark")
    page.goto(f"{PATHWAY}change/")
    page.get_by_role("button", name="Continue without Ada Moreno").click()
    expect(page.get_by_text("You now follow it on your own")).to_be_visible()
    page.goto(f"{PATHWAY}change/")
    page.get_by_label(re.compile("Ada Moreno")).check()
    assert violations(page) == []
    page.get_by_role("button", name="Choose this builder").click()
    expect(page.get_by_text("Ada Moreno is now your builder")).to_be_visible()


def test_the_tree_is_edited_by_mouse_and_keyboard(new_page: NewPage) -> None:
    page = new_page(email="admin@demo.test")
    page.goto("/operations/catalogue/pathways/pivot/")
    form = page.get_by_role("region", name="Add a skill")
    form.get_by_label("Name", exact=True).fill("Skill on trial")
    form.get_by_label("In one line", exact=True).fill("It is retired at the end.")
    form.get_by_label("Description").fill("Nothing depends on it.")
    form.get_by_role("button", name="Add to the tree").click()
    node = page.locator("a.tree__node", has_text="Skill on trial")
    change = page.locator("[data-said]")

    box, zone = box_of(node.locator("> rect")), box_of(page.locator("[data-zone='2']"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(zone["x"] + zone["width"] / 2, zone["y"] + 20, steps=5)
    page.mouse.up()
    expect(change).to_have_text("“Skill on trial” moves from tier 1 to tier 2.")
    expect(node).to_be_focused()

    page.keyboard.press("3")
    expect(change).to_have_text("“Skill on trial” moves from tier 2 to tier 3.")
    page.keyboard.press("u")
    expect(change).to_have_text("“Skill on trial” moves from tier 3 to tier 2.")
    page.keyboard.press("f")
    expect(change).to_have_text("“Skill on trial” becomes fundamental.")

    start = page.locator("a.tree__node[data-tier='1']").first
    name = start.get_attribute("data-name")
    handle, goal = box_of(start.locator("[data-handle]")), box_of(node.locator("> rect"))
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=5)
    page.mouse.up()
    expect(change).to_have_text(f"“Skill on trial” comes after “{name}”.")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(change).to_have_text(f"“Skill on trial” no longer comes after “{name}”.")
    start.focus()
    page.keyboard.press("c")
    node.focus()
    page.keyboard.press("Enter")
    expect(change).to_have_text(f"“Skill on trial” comes after “{name}”.")
    assert violations(page) == []

    node.click(position={"x": 80, "y": 10})
    page.wait_for_url(
        re.compile(r"\?skill=skill-on-trial$")
    )  # until then the form is replaced, and a click would be lost
    page.get_by_role("button", name="Retire").click()
    expect(change).to_have_text("“Skill on trial” is retired.")
    expect(node).to_have_count(0)
