import re

import pytest
from django.urls import reverse

from actors.framework import Area, Competency
from ecosystem.analysis import defaults

RULES = [f"g{number}" for number in (*range(1, 13), *range(17, 21))]


@pytest.fixture
def page(client):
    return client.get(reverse("method")).content.decode()


def test_every_rule_has_its_anchor_once(page):
    assert re.findall(r' id="(g\d+)"', page) == RULES


def test_every_link_on_the_page_leads_somewhere_on_it(page):
    ids = set(re.findall(r' id="([\w-]+)"', page))

    assert set(re.findall(r'href="#([\w-]+)"', page)) <= ids


def test_framework_is_explained_in_its_order(client):
    areas = client.get(reverse("method")).context["areas"]

    assert [area["label"] for area in areas] == Area.labels
    skills = [skill for area in areas for skill in area["skills"]]
    assert [skill["label"] for skill in skills] == Competency.labels
    assert len({skill["meaning"] for skill in skills}) == 12


def test_numbers_are_those_of_the_analysis(page, monkeypatch, client):
    assert "At least 80% of the organizations were asked" in page
    assert "fresh for 12 months, is getting old until 24 months" in page
    assert "Version 1 of the method." in page

    monkeypatch.setattr(defaults, "FRESH_MONTHS", 6)
    assert "fresh for 6 months" in client.get(reverse("method")).content.decode()


def test_method_page_asks_the_database_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(reverse("method"))


def test_states_are_shown_by_their_signs(page):
    for state in ("covered", "single", "thin", "absent", "unknown"):
        assert f'class="cell cell-{state}' in page
