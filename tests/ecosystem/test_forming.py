"""The page that forms a collaborative. Expected figures are told by hand from ``towns``."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from collaboratives.models import Collaborative
from tests.ecosystem.reading import text_of
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SAVE = {
    "do": "save",
    "actors": ["hall", "club"],
    "name": "  Fair   Rents ",
    "purpose": "Fewer evictions.",
    "issue": "",
    "decision_rule": "majority",
    "review_every_months": "4",
    "backbone": "club",
    "function-hall": "Opens its data",
    "part-hall": "consulted",
    "function-club": "",
    "part-club": "decides",
}


@pytest.fixture
def city():
    return make_town()


@pytest.fixture
def convener(client, city):
    user = CityRoleFactory(city=city).user
    client.force_login(user)
    return user


@pytest.fixture
def address(city):
    return reverse("collaborative_new", args=[city.slug])


def told(texts):
    return [str(text) for text in texts]


# ── What the table can do ────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("convener")
def test_table_so_far_is_told_with_its_gaps(client, address):
    """G1, G6, G8: coding hangs on City Hall, Code Club learns design, both cannot raise funds."""
    response = client.get(address, {"actors": "hall,club"})
    context = response.context

    assert [actor.slug for actor in context["members"]] == ["hall", "club"]
    assert context["headline"] == (
        "0 of 12 skills are covered, 1 hangs on one organization, 1 is only being learned, "
        "1 is missing, 1 too few have been asked about, 8 nobody has asked about."
    )
    assert told(finding.sentence for finding in context["missing"]) == [
        "Nobody from the data intermediary sector is at the table.",
        "Nobody from the residents & community sector is at the table.",
        "Nobody from the philanthropy sector is at the table.",
    ]
    assert context["size"] == 2
    assert context["reach_answer"] == (
        "Nobody here is known to have 11 of the twelve skills. Introductions lead to 2 of them."
    )


@pytest.mark.usefixtures("convener")
def test_smallest_completing_set_is_explained(client, address):
    """G13, by hand: only coding has a second organization outside the table, Data Lab."""
    offer = client.get(address, {"actors": ["hall", "club"]}).context["offer"]

    assert str(offer.sentence) == (
        "Adding Data Lab would cover the 1 skill that organizations on the map can cover."
    )
    assert [(str(one.brings), str(one.way)) for one in offer.joining] == [
        (
            "Data Lab brings data collection & sharing and coding.",
            "It works with Code Club already.",
        )
    ]
    assert offer.slugs == "lab"
    assert len(offer.uncoverable) == 11
    assert str(offer.uncoverable[0]) == (
        "Management & convening: too few on this map have it, nor does any other city."
    )


@pytest.mark.usefixtures("convener")
def test_introductions_are_ranked_with_the_way_to_them(client, address):
    """G14, by hand: Data Lab brings 0.85·0.4 for coding and 0.6 for sharing at cost 1, Big Fund
    0.6 at cost 2."""
    found = client.get(address, {"actors": "hall,club"}).context["suggestions"]

    assert [
        (one.name.slug, str(one.way), [(c.competency, c.from_, c.to) for c in one.improves])
        for one in found
    ] == [
        (
            "lab",
            "It works with Code Club already.",
            [("data-collection-sharing", "unknown", "single"), ("coding", "single", "covered")],
        ),
        (
            "fund",
            "Code Club works with Data Lab, which can introduce you.",
            [("fundraising", "absent", "single")],
        ),
    ]


@pytest.mark.usefixtures("convener")
def test_complete_table_needs_nobody(client, address):
    """All that others could bring is there; fundraising and the rest nobody can cover."""
    offer = client.get(address, {"actors": "hall,club,lab,fund"}).context["offer"]

    assert (str(offer.sentence), offer.joining, offer.slugs) == (
        "Nobody else on the map could turn another skill into a covered one.",
        (),
        "",
    )


@pytest.mark.usefixtures("convener")
def test_empty_table_says_so_and_still_offers_a_start(client, address):
    response = client.get(address)

    assert response.context["headline"] == "Nobody is at this table yet."
    assert response.context["offer"].slugs == "hall,lab"
    assert told(one.way for one in response.context["offer"].joining) == ["", ""]
    assert "Pick the members first" in text_of(response)


@pytest.mark.usefixtures("convener")
def test_residents_without_a_say_are_told(client, city, address):
    """G7: nobody said which part the tenants have; then they only take part."""
    ActorFactory(city=city, slug="tenants", sector="residents_community")

    kinds = [
        [one.kind for one in client.get(address, asked).context["missing"]]
        for asked in (
            {"actors": "hall,tenants"},
            {"actors": "hall,tenants", "part-tenants": "none", "part-hall": "decides"},
            {"actors": "hall,tenants", "part-tenants": "decides"},
        )
    ]

    assert [[kind for kind in found if kind.startswith("residents")] for found in kinds] == [
        ["residents_decision_unknown"],
        ["residents_do_not_decide"],
        [],
    ]


# ── Whom to choose from ──────────────────────────────────────────────────────────────────────────


def groups_of(response):
    return [
        (group.key, [(one.slug, one.checked) for one in group.options], group.open)
        for group in response.context["groups"]()
    ]


@pytest.mark.usefixtures("convener")
def test_everybody_on_the_map_can_be_chosen_visitors_too(client, address):
    response = client.get(address, {"actors": "fund"})

    assert groups_of(response) == [
        ("government", [("hall", False)], False),
        ("data_intermediary", [("lab", False)], False),
        ("civic_technologist", [("club", False)], False),
        ("philanthropy", [("fund", True)], True),
    ]


@pytest.mark.usefixtures("convener")
def test_issue_proposes_who_works_on_it_and_says_why(client, city, address):
    housing = IssueFactory(slug="housing", name="Housing")
    city.actors.get(slug="lab").issues.add(housing)
    table = make_table(city)
    table.issue = housing
    table.save()

    response = client.get(address, {"issue": "housing", "actors": "club"})

    (proposed, *others) = response.context["groups"]()
    assert (proposed.about, proposed.all) == ("Housing", "hall,lab")
    assert [(one.slug, one.checked, str(one.note)) for one in proposed.options] == [
        ("hall", False, "Sits at the table of Round Table."),
        ("club", True, "Sits at the table of Round Table."),
        ("lab", False, "Recorded as working on it."),
    ]
    assert [group.key for group in others] == ["philanthropy"]
    assert 'value="housing" selected' in response.content.decode()


@pytest.mark.usefixtures("convener")
def test_search_keeps_who_is_chosen(client, address):
    response = client.get(address, {"actors": "hall", "q": "dáta"})

    assert groups_of(response) == [
        ("found", [("lab", False)], True),
        ("chosen", [("hall", True)], True),
    ]
    assert "Nobody on this map is called so." in text_of(client.get(address, {"q": "zzzz"}))


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────


def test_only_conveners_and_national_staff_form_collaboratives(client, city, address):
    elsewhere = CityRoleFactory().user
    contributor = CityRoleFactory(city=city, kind="contributor").user
    answers = {}
    for name, user in {
        "contributor": contributor,
        "convener elsewhere": elsewhere,
        "convener": CityRoleFactory(city=city).user,
        "national": UserFactory(national=True),
    }.items():
        client.force_login(user)
        answers[name] = (client.get(address).status_code, client.post(address).status_code)
    client.logout()
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?next={address}"

    assert answers == {
        "contributor": (403, 403),
        "convener elsewhere": (403, 403),
        "convener": (200, 302),
        "national": (200, 302),
    }
    assert client.get(address).url == sign_in
    assert client.post(address, SAVE).url == sign_in
    assert not Collaborative.objects.exists()


def test_script_whose_session_ended_leads_to_the_sign_in_page(client, address):
    response = client.post(address, {"actors": "hall"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == f"{resolve_url(settings.LOGIN_URL)}?next={address}"


def test_city_that_one_may_not_see_is_absent(client):
    hidden = CityFactory(private=True)
    client.force_login(CityRoleFactory().user)

    assert client.get(reverse("collaborative_new", args=[hidden.slug])).status_code == 404


@pytest.mark.usefixtures("convener")
def test_what_one_may_not_see_is_like_what_there_is_not(client, city, address):
    secret_city = CityFactory(private=True, name="Secret City")
    secret = ActorFactory(city=secret_city, slug="secret", name="Secret Agency")
    RelationshipFactory(city=city, source=secret, target=city.actors.get(slug="lab"))
    secret.issues.add(IssueFactory(slug="secret-issue", name="Secret Issue"))

    response = client.get(address, {"actors": "secret,nobody,hall", "issue": "secret-issue"})

    assert response.context["unknown"] == ["secret", "nobody"]
    assert response.context["unknown_issue"] == "secret-issue"
    assert [actor.slug for actor in response.context["members"]] == ["hall"]
    for said in ("Secret Agency", "Secret City", "Secret Issue"):
        assert said not in response.content.decode()
    saved = client.post(address, SAVE | {"actors": ["hall", "club", "secret"]})
    assert "It is not at the table:" in text_of(saved)
    assert [one["place"] for one in saved.context["problems"]] == ["seats"]
    assert not Collaborative.objects.exists()


@pytest.mark.usefixtures("convener")
def test_table_of_a_hidden_city_proposes_nobody(client, city, address):
    """City Hall sits at a table that the reader may not see; Data Lab at one that she may."""
    housing = IssueFactory(slug="housing", name="Housing")
    hall, lab = (city.actors.get(slug=slug) for slug in ("hall", "lab"))
    hidden = CityFactory(private=True)
    CollaborativeFactory(city=hidden, name="Secret Table", issue=housing, members=[hall, lab])
    CollaborativeFactory(city=city, name="Open Table", issue=housing, members=[lab])

    response = client.get(address, {"issue": "housing"})

    proposed = response.context["groups"]()[0].options
    assert [(one.slug, str(one.note)) for one in proposed] == [
        ("lab", "Sits at the table of Open Table.")
    ]
    assert "Secret Table" not in response.content.decode()


@pytest.mark.usefixtures("convener")
def test_names_are_data(client, city, address):
    ActorFactory(city=city, slug="evil", name="<script>alert(1)</script>")

    html = client.get(address, {"actors": "evil,hall", "q": '"><script>'}).content.decode()

    assert "<script>alert" not in html
    assert '"><script>' not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


# ── Changing the table ───────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("convener")
def test_every_change_has_an_address_that_says_it_all(client, address):
    response = client.post(
        address,
        SAVE | {"do": "update", "add": "lab,fund", "remove": "hall", "q": "data"},
    )

    assert response.status_code == 302
    parts = urlsplit(response.url)
    assert (parts.path, parts.fragment) == (address, "so-far")
    assert parse_qs(parts.query) == {
        "actors": ["fund,club,lab"],
        "q": ["data"],
        "name": ["  Fair   Rents "],
        "purpose": ["Fewer evictions."],
        "decision_rule": ["majority"],
        "review_every_months": ["4"],
        "backbone": ["club"],
        "part-club": ["decides"],
    }
    form = client.get(response.url).context["form"]
    assert not form.is_bound
    assert {name: form[name].value() for name in ("name", "backbone", "part-club")} == {
        "name": "  Fair   Rents ",
        "backbone": "club",
        "part-club": "decides",
    }


@pytest.mark.usefixtures("convener")
def test_draft_that_is_too_long_for_an_address_is_shown_at_once(client, address):
    long = "We want a lot. " * 300

    response = client.post(address, SAVE | {"do": "update", "purpose": long})

    assert response.status_code == 200
    assert response.context["form"]["purpose"].value() == long
    assert response.context["form"].errors == {}


@pytest.mark.usefixtures("convener")
def test_scripts_get_only_the_parts_that_change(client, address):
    """The list to choose from stays where it is unless a button asked."""
    picked = client.post(address, {"actors": ["hall", "club"]}, headers={"HX-Request": "true"})
    added = client.post(
        address, {"actors": ["hall", "club"], "add": "lab"}, headers={"HX-Request": "true"}
    )

    ids = [re.findall(r'<\w+[^>]* id="([a-z-]+)"', one.content.decode()) for one in (picked, added)]
    swapped = [[one for one in found if one in TARGETS] for found in ids]
    assert swapped == [["so-far", "seats", "said"], ["so-far", "seats", "groups", "said"]]
    assert "<html" not in picked.content.decode()
    assert picked.headers["HX-Replace-Url"] == f"{address}?actors=hall,club"
    assert "2 members. 0 of 12 skills are covered." in picked.content.decode()
    assert "3 members. 1 of 12 skills is covered." in added.content.decode()
    assert (picked.context["focus"], added.context["focus"]) == ("", "so-far")


TARGETS = ("so-far", "seats", "groups", "said")


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.usefixtures("convener")
def test_queries_do_not_grow(client, city, address, django_assert_num_queries, count):
    housing = IssueFactory(slug="housing")
    for actor in ActorFactory.create_batch(count, city=city, issues=[housing], with_statements=3):
        RelationshipFactory(city=city, source=actor, target=city.actors.get(slug="lab"))
    make_table(city)
    picked = ",".join(city.actors.values_list("slug", flat=True))

    with django_assert_num_queries(17):
        client.get(address, {"actors": picked, "issue": "housing"})


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────


def test_saved_collaborative_has_its_page_and_its_members(client, convener, address):
    housing = IssueFactory(slug="housing")
    ActorFactory(issues=[housing])

    response = client.post(address, SAVE | {"issue": "housing"}, follow=True)

    stored = Collaborative.objects.get()
    assert response.redirect_chain == [(stored.get_absolute_url(), 302)]
    assert "Saved: Fair Rents is formed, with 2 members." in text_of(response)
    assert (
        stored.name,
        stored.purpose,
        stored.issue,
        stored.decision_rule,
        stored.review_every_months,
        stored.backbone.slug,
        stored.stage,
    ) == ("Fair Rents", "Fewer evictions.", housing, "majority", 4, "club", "forming")
    assert list(
        stored.memberships.order_by("actor__slug").values_list(
            "actor__slug", "function", "decision_role"
        )
    ) == [("club", "", "decides"), ("hall", "Opens its data", "consulted")]
    assert list(stored.history.values_list("history_user", "history_change_reason")) == [
        (convener.pk, "Formed from the map")
    ]


@pytest.mark.usefixtures("convener")
def test_double_submit_saves_once(client, address):
    first, second = client.post(address, SAVE), client.post(address, SAVE)

    assert first.url == second.url == Collaborative.objects.get().get_absolute_url()


@pytest.mark.usefixtures("convener")
@pytest.mark.parametrize(
    ("change", "field", "error"),
    [
        ({"name": " "}, "name", "Give the collaborative a name, so that people find it."),
        (
            {"name": "R" * 301},
            "name",
            "Ensure this value has at most 300 characters (it has 301).",
        ),
        (
            {"review_every_months": "often"},
            "review_every_months",
            "Write a whole number of months, such as 6.",
        ),
        ({"review_every_months": "0"}, "review_every_months", "Write at least 1 month."),
        ({"review_every_months": "61"}, "review_every_months", "Write at most 60 months."),
        (
            {"backbone": "lab"},
            "backbone",
            "The backbone has to be one of the members: choose it again.",
        ),
        (
            {"actors": ["hall"], "backbone": ""},
            "__all__",
            "A collaborative needs at least two members: pick them above, then save again.",
        ),
        (
            {"function-hall": "x" * 201},
            "function-hall",
            "Ensure this value has at most 200 characters (it has 201).",
        ),
    ],
)
def test_mistake_is_told_beside_its_field_and_nothing_is_lost(
    client, address, change, field, error
):
    response = client.post(address, SAVE | change)

    assert response.status_code == 200
    assert response.context["form"].errors == {field: [error]}
    assert [(one["text"], one["place"]) for one in response.context["problems"]] == [
        (error, "who" if field == "__all__" else f"id_{field}")
    ]
    html = response.content.decode()
    assert error in html
    for kept in (SAVE | change).values():
        if isinstance(kept, str) and kept.strip() and kept != "save":
            assert kept in html
    assert not Collaborative.objects.exists()


@pytest.mark.usefixtures("convener")
def test_name_that_is_taken_leads_to_the_one_that_has_it(client, city, address):
    taken = CollaborativeFactory(city=city, name="fair rents")

    response = client.post(address, SAVE)

    assert response.context["form"].errors == {
        "name": [
            "Town has a collaborative of this name already: choose another name, or open the one "
            "that exists."
        ]
    }
    assert taken.get_absolute_url() in response.content.decode()
    assert Collaborative.objects.get() == taken


def test_stranger_cannot_post_past_the_protection(city, address, convener):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(convener)

    assert strict.post(address, SAVE).status_code == 403
    assert not Collaborative.objects.exists()


# ── From the map ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("convener")
def test_view_of_the_map_becomes_a_table(client, city):
    IssueFactory(slug="housing")
    city.actors.get(slug="lab").issues.add(IssueFactory(slug="rents"))
    address = reverse("collaborative_from_map", args=[city.slug])
    new = reverse("collaborative_new", args=[city.slug])

    asked = [
        {"sector": ["government", "philanthropy"]},
        {"issue": "rents"},
        {"q": "code"},
        {"actor": "hall", "steps": "1"},
        {"sector": "media"},
    ]

    assert [client.get(address, one).url for one in asked] == [
        f"{new}?actors=fund,hall",
        f"{new}?actors=lab&issue=rents",
        f"{new}?actors=club",
        f"{new}?actors=hall,lab",
        new,
    ]


@pytest.mark.usefixtures("convener")
def test_view_of_too_many_leads_back_to_the_map_with_a_sentence(client, city):
    ActorFactory.create_batch(60, city=city, sector="media")

    response = client.get(
        reverse("collaborative_from_map", args=[city.slug]), {"by": "ties"}, follow=True
    )

    assert response.redirect_chain == [("/cities/town/map/?by=ties", 302)]
    assert "The map shows 64 organizations, more than fit at one table." in text_of(response)


def test_view_of_the_map_is_for_conveners(client, city):
    address = reverse("collaborative_from_map", args=[city.slug])
    client.force_login(UserFactory())

    assert client.get(address).status_code == 403
