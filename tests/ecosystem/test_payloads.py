"""The result document (gap method, section 11). Expected numbers by hand."""

import json
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from ecosystem.analysis.vocabulary import AREA_OF, COMPETENCIES, ROLES, SECTORS
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import run_gaps
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2018, 6, 30)


@pytest.fixture
def town():
    """City Hall codes; a club it works with does not; a fund from outside gives to the club."""
    city = CityFactory(slug="town", name="Town", map_date=DAY)
    hall = ActorFactory(city=city, slug="hall", sector="government", roles=("local_government",))
    club = ActorFactory(city=city, slug="club", sector="civic_technologist")
    fund = ActorFactory(city=None, slug="fund", sector="philanthropy")
    SkillStatementFactory(actor=hall, competency="coding", level=2)
    SkillStatementFactory(actor=club, competency="coding", level=0)
    SkillStatementFactory(actor=fund, competency="fundraising", level=3)
    dover = CityFactory(slug="dover")
    for slug, competency in (("far", "fundraising"), ("farther", "issue-knowledge")):
        SkillStatementFactory(actor__slug=slug, actor__city=dover, competency=competency, level=2)
    RelationshipFactory(city=city, source=hall, target=club, carried_by=1)
    RelationshipFactory(city=city, source=fund, target=club, kind="funds")
    return city


def cell(competency):
    coding = competency == "coding"
    return {
        "competency": competency,
        "area": AREA_OF[competency],
        "state": "single" if coding else "unknown",
        "strength": 0.6 if coding else 0.0,
        "holders": ["hall"] if coding else [],
        "learners": [],
        "answered": 2 if coding else 0,
        "members": 2,
        "freshness": "fresh" if coding else None,
    }


def sector_cells():
    for competency in COMPETENCIES:
        for sector in ("government", "civic_technologist"):
            coding = competency == "coding"
            holds = coding and sector == "government"
            yield {
                "competency": competency,
                "sector": sector,
                "state": "single" if holds else "absent" if coding else "unknown",
                "holders": int(holds),
                "learners": 0,
                "answered": int(coding),
                "members": 1,
            }


def reach(competency):
    found = {"competency": competency, "reach": "nowhere", "holder": None, "path": None}
    known = {
        "coding": {"reach": "in_the_room"},
        "fundraising": {
            "reach": "one_introduction",
            "holder": "fund",
            "path": ["club", "fund"],
        },
        "issue-knowledge": {"reach": "elsewhere", "holder": "farther"},
    }
    return found | known.get(competency, {})


def question(competency):
    """Of those who may know: governments elsewhere hold these two, of others nobody answered."""
    ask = ["club", "hall", "fund"]
    if competency == "issue-knowledge":
        ask = ["hall", "club", "fund"]
    if competency == "fundraising":  # which the fund answered
        ask = ["hall", "club"]
    return {"competency": competency, "state": "unknown", "ask": ask}


def test_gap_document_of_a_city_is_whole(town):
    document = gap_document(run_gaps(town, user=AnonymousUser()).results)

    assert document == {
        "method": "1",
        "scope": {"kind": "city", "slug": "town", "name": "Town", "city": "town", "size": 2},
        "as_of": "2018-06-30",
        "answered_share": 0.083333,  # 2 of 24
        "cells": [cell(competency) for competency in COMPETENCIES],
        "areas": [
            {
                "area": "management-communications",
                "strength": 0.0,
                "weakest": "management-convening",
            },
            {"area": "domain-policy", "strength": 0.0, "weakest": "issue-knowledge"},
            {
                "area": "data-analysis-translation",
                "strength": 0.0,
                "weakest": "data-collection-sharing",
            },
            {
                "area": "technology-design-development",
                "strength": 0.2,  # (0.6 + 0 + 0) / 3
                "weakest": "infrastructure-maintenance",
            },
        ],
        "sector_cells": list(sector_cells()),
        "presence": {
            "sectors": {s: [] for s in SECTORS}
            | {"government": ["hall"], "civic_technologist": ["club"]},
            "roles": {r: [] for r in ROLES} | {"local_government": ["hall"]},
            "missing_required": ["data_intermediary", "residents_community"],
            "missing_expected": ["philanthropy"],
            "missing_roles": sorted(set(ROLES) - {"local_government"}),
        },
        "resident_voice": None,
        "reach": [reach(competency) for competency in COMPETENCIES],
        "structure": {
            "size": 3,
            "ties": 2,
            "density": 0.666667,
            "components": 1,
            "largest_component_share": 1.0,
            "isolates": [],
            "articulation_points": ["club"],
            "bridges": [["club", "fund"], ["club", "hall"]],
        },
        "actors": [
            {"actor": "club", "degree": 2, "core": 1, "betweenness": 1.0, "constraint": 0.5},
            {"actor": "fund", "degree": 1, "core": 1, "betweenness": 0.0, "constraint": 1.0},
            {"actor": "hall", "degree": 1, "core": 1, "betweenness": 0.0, "constraint": 1.0},
        ],
        "sector_connection": [
            connection("civic_technologist", "civic_technologist", 0, 0, 0.0, "connected"),
            connection("civic_technologist", "government", 1, 1, 0.666667, "connected"),
            connection("civic_technologist", "philanthropy", 1, 1, 0.666667, "connected"),
            connection("government", "government", 0, 0, 0.0, "connected"),
            connection("government", "philanthropy", 0, 1, 0.666667, "connected"),
            connection("philanthropy", "philanthropy", 0, 0, 0.0, "connected"),
        ],
        "fragility": {
            "one_person_ties": [["club", "hall"]],
            "departures": [
                {
                    "actor": "hall",
                    "cells": [{"competency": "coding", "from": "single", "to": "absent"}],
                    "components": 0,
                    "reach": [{"competency": "coding", "from": "in_the_room", "to": "nowhere"}],
                },
                {
                    "actor": "club",
                    "cells": [],
                    "components": 1,
                    "reach": [
                        {
                            "competency": "fundraising",
                            "from": "one_introduction",
                            "to": "in_the_city",
                        }
                    ],
                },
                {
                    "actor": "fund",
                    "cells": [],
                    "components": 0,
                    "reach": [
                        {"competency": "fundraising", "from": "one_introduction", "to": "elsewhere"}
                    ],
                },
            ],
        },
        "residents": {
            "members": 0,
            "others": 3,
            "median_degree": None,
            "median_degree_others": 1.0,
            "median_core": None,
            "median_core_others": 1.0,
        },
        # Two organizations cover a skill. Hall alone codes, fund alone raises funds.
        "completing_set": {
            "actors": [],
            "introductions": 0,
            "uncoverable": [
                {
                    "competency": competency,
                    "ask": "dover" if competency in ("fundraising", "issue-knowledge") else None,
                }
                for competency in COMPETENCIES
            ],
        },
        "introductions": [
            {
                "actor": "fund",
                "gain": 0.85,
                "cost": 1,
                "path": ["club", "fund"],
                "ask": "club",
                "cells": [{"competency": "fundraising", "from": "unknown", "to": "single"}],
            }
        ],
        "questions": [
            question(competency) for competency in COMPETENCIES if competency != "coding"
        ],
        "sector_introductions": [],
        "completeness": {
            "informants": 0,
            "observed": 0,
            "once": 0,
            "twice": 0,
            "unseen": None,
            "completeness": None,
            "sample_coverage": None,
            "why_not": document["completeness"]["why_not"],
        },
    }
    assert document["completeness"]["why_not"]
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def connection(a, b, observed, pairs, expected, state):
    return {
        "a": a,
        "b": b,
        "observed": observed,
        "pairs": pairs,
        "expected": expected,
        "state": state,
    }


def test_api_gives_the_same_document_for_a_city(client, town):
    answer = client.get(reverse("api_city_gaps", args=["town"]))

    assert answer.json() == gap_document(run_gaps(town, user=AnonymousUser()).results)


def test_api_gives_the_same_document_for_a_collaborative(client, town):
    table = CollaborativeFactory(city=town, slug="table", members=[ActorFactory(city=town)])

    answer = client.get(reverse("api_collaborative_gaps", args=["table"]))

    analysis = run_gaps(town, user=AnonymousUser(), collaborative=table)
    assert answer.json() == gap_document(analysis.results)
    assert answer.json()["scope"]["size"] == 1


def test_api_describes_the_day_asked_for(client, town):
    answer = client.get(reverse("api_city_gaps", args=["town"]), {"as_of": "2020-01-01"})

    assert answer.json()["as_of"] == "2020-01-01"


@pytest.mark.parametrize("day", ["yesterday", "2018-13-45", "2018-02-30", "0"])
def test_api_refuses_a_day_it_cannot_read(client, town, day):
    answer = client.get(reverse("api_city_gaps", args=["town"]), {"as_of": day})

    assert (answer.status_code, answer.json()) == (
        400,
        {"as_of": "Write the day as year-month-day, as in 2018-06-30."},
    )


def test_api_refuses_a_day_before_1900(client, town):
    answer = client.get(reverse("api_city_gaps", args=["town"]), {"as_of": "1899-12-31"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"as_of": "1899-12-31 is too early: name a day from 1900-01-01 on."},
    )


@pytest.mark.parametrize("visibility", ["partners", "private"])
def test_api_knows_nothing_of_a_hidden_city(client, visibility):
    city = CityFactory(slug="hidden", visibility=visibility)
    CollaborativeFactory(city=city, slug="table")

    answers = [
        client.get(reverse("api_city_gaps", args=["hidden"])),
        client.get(reverse("api_collaborative_gaps", args=["table"])),
        client.get(reverse("api_city_gaps", args=["no-such-city"])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
