import pytest
from django.test import Client

from pathways.models import Pathway

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["accelerate", "pivot", "play"])
def test_each_pathway_has_a_page_with_its_tiers(client: Client, slug: str) -> None:
    pathway = Pathway.objects.get(slug=slug)

    page = client.get(f"/pathways/{slug}/").content.decode()

    assert page.count('<div class="path--') == 1
    assert f"path--{pathway.look}" in page
    assert all(tier.split(",")[0] in page for tier in pathway.tiers)


def test_an_inactive_pathway_is_not_shown(client: Client) -> None:
    Pathway.objects.filter(slug="play").update(is_active=False)

    assert client.get("/pathways/play/").status_code == 404
    assert "Play" not in client.get("/pathways/").content.decode()


def test_the_page_without_pathways_links_to_builders(client: Client) -> None:
    Pathway.objects.update(is_active=False)

    assert "Find a builder" in client.get("/pathways/").content.decode()
