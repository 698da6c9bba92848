"""The map changed in the browser: profiles, sources, people, offers and needs.

Expected texts and values by hand, from issue 5.
"""

import re
from html import unescape

import pytest
from django.urls import reverse

from actors.models import Actor, City, Contact, Offer, Proposal, Source
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.reading import said
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    IssueFactory,
    OfferFactory,
    OtherNameFactory,
    RelationshipFactory,
    SourceFactory,
    StewardFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NEW = "/cities/town/actors/new/"
EDIT = "/cities/town/actors/lab/edit/"


def text_of(response):
    """What the page says, without its markup."""
    return " ".join(
        unescape(re.sub(r"</?(?!input)[a-z][^>]*>", "", response.content.decode())).split()
    )


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def filled_in(client, address, **changes):
    """What a browser would send after opening the page and changing some fields."""
    form = client.get(address).context["form"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if hasattr(value, "__iter__") and not isinstance(value, str):
            value = [getattr(one, "pk", one) for one in value]
        sent[name] = "" if value is None else value
    return {name: value for name, value in (sent | changes).items() if value is not False}


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────

ROUTES = """
                          anon user view cont conv conv2 stew natl
actors/new/               302  403  403  200  200  403   403  200
actors/similar/?name=lab  302  403  403  200  200  403   403  200
actors/off-map/           302  403  403  200  200  403   403  200
actors/lab/edit/          302  403  403  200  200  403   200  200
actors/lab/skills/        302  403  403  200  200  403   200  200
actors/lab/contacts/      302  403  403  403  200  403   200  200
actors/lab/offers/        302  403  403  200  200  403   200  200
actors/lab/needs/         302  403  403  200  200  403   200  200
actors/fund/edit/         302  403  403  403  403  403   403  200
actors/away/edit/         302  404  404  404  404  404   404  404
actors/draft/edit/        302  404  404  200  200  404   404  200
actors/none/edit/         302  404  404  404  404  404   404  404
ties/new/                 302  403  403  200  200  403   403  200
ties/new/?from=lab&to=hall  302  403  403  200  200  403  200  200
ties/new/?from=secret     302  404  404  404  404  404   404  200
ties/tie/                 302  403  403  200  200  403   200  200
ties/elsewhere/           302  404  404  404  404  404   404  404
"""


def people(town):
    return {
        "anon": None,
        "user": UserFactory(),
        "view": CityRoleFactory(city=town, kind="viewer").user,
        "cont": CityRoleFactory(city=town, kind="contributor").user,
        "conv": CityRoleFactory(city=town).user,
        "conv2": CityRoleFactory().user,
        "stew": StewardFactory(actor=town.actors.get(slug="lab")).user,
        "natl": UserFactory(national=True),
    }


def test_each_page_opens_for_those_who_may_and_for_nobody_else(client, town):
    away = ActorFactory(slug="away")
    ActorFactory(city=town, slug="draft", proposed=True)
    ActorFactory(city=CityFactory(private=True), slug="secret")
    tie = town.relationships.first()
    elsewhere = RelationshipFactory(city=away.city)
    head, *rows = [line.split() for line in ROUTES.strip().splitlines()]
    users = people(town)

    found = []
    for address, *_expected in rows:
        path = address.replace("tie/", f"{tie.pk}/").replace("elsewhere/", f"{elsewhere.pk}/")
        answers = [address]
        for who in head:
            client.logout()
            if users[who]:
                client.force_login(users[who])
            answers.append(str(client.get(f"/cities/town/{path}").status_code))
        found.append(answers)

    assert found == rows


def test_hidden_city_is_absent_for_editors_of_another(client, convener):
    CityFactory(slug="hidden", private=True)

    assert client.get("/cities/hidden/actors/new/").status_code == 404


def test_posting_needs_the_same_rights_and_a_token(client, town):
    from django.test import Client

    viewer = CityRoleFactory(city=town, kind="viewer").user
    client.force_login(viewer)
    sent = {"name": "X", "sector": "media", "do": "save", "change": "archive:", "actors": "lab"}
    routes = [NEW, EDIT, "/cities/town/actors/lab/skills/", "/cities/town/actors/lab/offers/"]
    routes += ["/cities/town/ties/new/?from=lab&to=hall", "/cities/town/actors/change/"]

    refused = [client.post(route, sent).status_code for route in routes]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(CityRoleFactory(city=town).user)

    assert refused == [403] * len(routes)
    assert [strict.post(route, sent).status_code for route in routes] == [403] * len(routes)
    assert set(Actor.objects.values_list("slug", "status")) == {
        (slug, "published") for slug in ("hall", "lab", "club", "fund")
    }


def test_buttons_are_on_a_profile_for_those_who_may(client, town):
    links = {}
    for who, user in people(town).items():
        client.logout()
        if user:
            client.force_login(user)
        edit = client.get("/cities/town/actors/lab/").context.get("edit", {})
        links[who] = " ".join(sorted(edit))

    everything = "contacts needs offers profile skills tie"
    assert links == {
        "anon": "",
        "user": "",
        "view": "",
        "cont": "needs offers profile skills tie",
        "conv": everything,
        "conv2": "",
        "stew": everything,
        "natl": everything,
    }


# ── A new organization ───────────────────────────────────────────────────────────────────────────


def test_convener_adds_an_organization_that_is_on_the_map_at_once(client, town, convener):
    before = town.tie_revision

    response = client.post(NEW, {"name": "  Radio   Uno ", "sector": "media"})

    actor = Actor.objects.get(slug="radio-uno")
    assert (actor.name, actor.sector, actor.city, actor.status) == (
        "Radio Uno",
        "media",
        town,
        "published",
    )
    assert actor.history.get().history_user == convener
    assert response.headers["Location"] == "/cities/town/actors/radio-uno/"
    assert said(response) == ["Radio Uno is on the map of Town now. Next: say what it can do."]
    assert City.objects.get(pk=town.pk).tie_revision == before + 1
    assert "Radio Uno" in text_of(client.get("/cities/town/actors/"))


def test_what_a_contributor_adds_is_proposed_and_on_no_map(client, town, contributor):
    response = client.post(NEW, {"name": "Radio Uno", "sector": "media"})

    assert Actor.objects.get(slug="radio-uno").status == "proposed"
    assert said(response) == ["Radio Uno is proposed. Those who convene Town decide on it."]
    assert "radio-uno" not in [a.slug for a in run_gaps(town, user=contributor).data.actors]
    client.logout()
    assert client.get("/cities/town/actors/radio-uno/").status_code == 404


def test_form_sent_twice_adds_one_organization(client, convener):
    sent = {"name": "Radio Uno", "sector": "media", "is_new": "1"}

    first, second = client.post(NEW, sent), client.post(NEW, sent)

    assert Actor.objects.filter(name="Radio Uno").count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_similar_name_is_asked_about_before_anything_is_saved(client, town, convener):
    OtherNameFactory(actor=town.actors.get(slug="club"), name="Coders of Town")
    ActorFactory(city=CityFactory(private=True), name="Coders of Towns")

    response = client.post(NEW, {"name": "coders of twon", "sector": "media"})

    page = text_of(response)
    assert "Is it one of these? Nothing was saved yet." in page
    assert [one.actor.slug for one in response.context["similar"]] == ["club"]
    assert "also called Coders of Town" in page
    assert not Actor.objects.filter(name="coders of twon").exists()

    client.post(NEW, {"name": "coders of twon", "sector": "media", "is_new": "1"})
    assert Actor.objects.get(name="coders of twon").slug == "coders-of-twon"


def test_similar_names_are_shown_while_somebody_types(client, convener):
    def found(name):
        response = client.get(reverse("actor_similar", args=["town"], query={"name": name}))
        return [one.actor.slug for one in response.context["similar"]]

    assert found("Dat") == []
    assert found("Data") == ["lab"]
    assert found("Lab, Data") == ["lab"]
    assert found("Code Clob") == ["club"]
    assert found("x" * 5_000) == []
    assert found("Data\0 Lab") == ["lab"]


def test_sector_of_the_address_is_chosen_already(client, convener):
    assert client.get(f"{NEW}?sector=media").context["form"]["sector"].value() == "media"
    assert client.get(f"{NEW}?sector=nonsense").context["form"]["sector"].value() == ""


def test_names_that_give_no_or_a_taken_address_get_one(client, convener):
    for name in ("東京", "New", "Lab"):
        client.post(NEW, {"name": name, "sector": "media", "is_new": "1"})

    slugs = dict(Actor.objects.filter(sector="media").values_list("name", "slug"))
    assert slugs == {"東京": "organization", "New": "new-2", "Lab": "lab-2"}


# ── The profile ──────────────────────────────────────────────────────────────────────────────────


def test_all_fields_of_a_profile_are_saved_with_one_reason(client, town, convener):
    housing, food = IssueFactory(name="Housing"), IssueFactory(name="Food")
    lab = town.actors.get(slug="lab")
    lab.issues.add(food)
    kept, dropped = SourceFactory(), SourceFactory()
    lab.sources.add(kept, dropped)
    OtherNameFactory(actor=lab, name="Old Lab")
    sent = filled_in(
        client,
        EDIT,
        name="Data Laboratory",
        sector="academia",
        roles=["backbone", "storyteller"],
        description="Counts things.",
        website="datalab.example.org",
        service_area="Town",
        issues=[housing.pk],
        latitude="42.36",
        longitude="-71.05",
        other_names="Lab\n\n DL  Town \nLab",
        part_of="big fund",
        tags="bilingual, library , bilingual",
        kept_sources=[kept.pk],
        source="https://datalab.example.org/about",
        reason="Its annual report",
    )

    response = client.post(EDIT, sent)

    assert response.status_code == 302
    lab = Actor.objects.get(slug="lab")
    assert (lab.name, lab.sector, lab.roles) == (
        "Data Laboratory",
        "academia",
        ("backbone", "storyteller"),
    )
    assert (lab.description, lab.website, lab.service_area) == (
        "Counts things.",
        "https://datalab.example.org",
        "Town",
    )
    assert (lab.latitude, lab.longitude, lab.part_of.slug) == (42.36, -71.05, "fund")
    assert [issue.name for issue in lab.issues.all()] == ["Housing"]
    assert [name.name for name in lab.other_names.all()] == ["DL Town", "Lab"]
    assert [tag.name for tag in lab.tags.all()] == ["bilingual", "library"]
    assert {source.citation for source in lab.sources.all()} == {
        kept.citation,
        "https://datalab.example.org/about",
    }
    added = Source.objects.get(citation="https://datalab.example.org/about")
    assert (added.kind, added.url) == ("web_page", "https://datalab.example.org/about")
    assert lab.version == 2
    assert set(lab.history.filter(version=2).values_list("history_change_reason", flat=True)) == {
        "Its annual report"
    }
    assert lab.history.first().history_user == convener


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": "  "}, {"name": ["Write its name."]}),
        ({"sector": ""}, {"sector": ["Choose the sector that fits best."]}),
        (
            {"website": "not a site"},
            {"website": ["Write a web address, as in https://www.example.org."]},
        ),
        (
            {"website": "javascript:alert(1)"},
            {"website": ["Write a web address, as in https://www.example.org."]},
        ),
        (
            {"website": "ftp://example.org"},
            {"website": ["Write a web address, as in https://www.example.org."]},
        ),
        (
            {"latitude": "42.3"},
            {"longitude": ["A place needs both numbers: write this one too, or clear the other."]},
        ),
        (
            {"latitude": "95", "longitude": "0"},
            {"latitude": ["Write a number from -90 to 90."]},
        ),
        (
            {"latitude": "north", "longitude": "0"},
            {"latitude": ["Write degrees with a point, as in 42.3601."]},
        ),
        (
            {"latitude": "nan", "longitude": "0"},
            {"latitude": ["Write degrees with a point, as in 42.3601."]},
        ),
        (
            {"part_of": "Nobody Inc"},
            {
                "part_of": [
                    "No organization here is called “Nobody Inc”. Choose one from the list as "
                    "you type."
                ]
            },
        ),
        (
            {"part_of": "Data Lab"},
            {"part_of": ["An organization can't be part of itself."]},
        ),
        (
            {"part_of": "Code Club"},
            {
                "part_of": [
                    "Code Club is a unit of this organization: one of them has to be the other way."
                ]
            },
        ),
        (
            {"tags": "x" * 61},
            {"tags": ["One of these tags is longer than 60 letters: shorten it."]},
        ),
        (
            {"other_names": "x" * 301},
            {"other_names": ["One of these names is longer than 300 letters: shorten it."]},
        ),
    ],
)
def test_wrong_entries_are_said_beside_their_field_and_change_nothing(
    client, town, convener, changes, errors
):
    lab = town.actors.get(slug="lab")
    Actor.objects.filter(slug="club").update(part_of=lab)

    response = client.post(EDIT, filled_in(client, EDIT, **changes))

    assert response.status_code == 200
    assert errors_of(response) == errors
    assert "Not saved yet. Mend this, then save again:" in text_of(response)
    assert Actor.objects.get(slug="lab").version == 1


def test_second_writer_sees_both_versions_and_loses_nothing(client, town, convener):
    mine = filled_in(client, EDIT, description="Mine", reason="I know")
    theirs = filled_in(client, EDIT, description="Theirs", sector="academia", roles=["backbone"])
    client.post(EDIT, theirs)

    response = client.post(EDIT, mine)

    assert response.status_code == 409
    assert [tuple(row) for row in response.context["conflict"]["differences"]] == [
        ("What it does", "Theirs", "Mine")
    ]
    assert Actor.objects.get(slug="lab").description == "Theirs"
    form = response.context["form"]
    assert (form["description"].value(), form["reason"].value()) == ("Mine", "I know")

    again = mine | {name: form[name].value() for name in ("based_on", "sector", "roles")}
    assert client.post(EDIT, again).status_code == 302
    lab = Actor.objects.get(slug="lab")
    assert (lab.description, lab.sector, lab.roles) == ("Mine", "academia", ("backbone",))


def test_same_edit_sent_twice_is_saved_once(client, town, convener):
    sent = filled_in(client, EDIT, description="Counts things.")

    first, second = client.post(EDIT, sent), client.post(EDIT, sent)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Actor.objects.get(slug="lab").version == 2


def test_edit_without_the_version_it_started_from_is_refused(client, town, convener):
    sent = filled_in(client, EDIT, description="Counts things.")
    del sent["based_on"]

    assert client.post(EDIT, sent).status_code == 409
    assert Actor.objects.get(slug="lab").description == ""


def test_what_a_contributor_edits_becomes_a_proposal(client, town, contributor):
    sent = filled_in(
        client, EDIT, sector="academia", part_of="Big Fund", tags="open", reason="I work there"
    )

    responses = [client.post(EDIT, sent), client.post(EDIT, sent)]

    proposal = Proposal.objects.get()
    assert (proposal.subject, proposal.record, proposal.actor.slug, proposal.city) == (
        "actor",
        proposal.actor_id,
        "lab",
        town,
    )
    assert proposal.changes == {
        "sector": {"from": "data_intermediary", "to": "academia"},
        "part_of": {"from": "", "to": "Big Fund"},
        "tags": {"from": "", "to": "open"},
    }
    assert (proposal.reason, proposal.proposed_by) == ("I work there", contributor)
    assert [response.status_code for response in responses] == [302, 302]
    assert Actor.objects.get(slug="lab").sector == "data_intermediary"


def test_steward_publishes_at_once_but_only_the_own_record(client, town):
    client.force_login(StewardFactory(actor=town.actors.get(slug="lab")).user)

    client.post(EDIT, filled_in(client, EDIT, description="We count."))

    assert Actor.objects.get(slug="lab").description == "We count."
    assert client.get("/cities/town/actors/hall/edit/").status_code == 403


def test_parent_that_the_writer_may_not_see_stays(client, town, convener):
    hidden = ActorFactory(city=CityFactory(private=True), name="Hidden Parent")
    Actor.objects.filter(slug="lab").update(part_of=hidden)

    page = client.get(EDIT)
    client.post(EDIT, filled_in(client, EDIT, description="We count."))

    assert b"Hidden Parent" not in page.content
    assert Actor.objects.get(slug="lab").part_of == hidden


# ── Sources ──────────────────────────────────────────────────────────────────────────────────────


def test_known_source_is_cited_by_its_title_and_not_added_again(client, town, convener):
    known = SourceFactory(title="Annual report", citation="report.pdf")

    client.post(EDIT, filled_in(client, EDIT, source="Annual report"))

    assert list(Actor.objects.get(slug="lab").sources.all()) == [known]
    assert Source.objects.count() == 1


def test_private_source_of_another_city_is_neither_told_nor_cited(client, town, convener):
    other = SourceFactory(citation="Workshop of May 12", is_public=False, city=CityFactory())

    client.post(EDIT, filled_in(client, EDIT, source="Workshop of May 12", source_kind="workshop"))

    [cited] = Actor.objects.get(slug="lab").sources.all()
    assert cited != other
    assert (cited.citation, cited.city, cited.kind) == (
        "Workshop of May 12 (Town)",
        town,
        "workshop",
    )


def test_private_source_belongs_to_the_city_and_stays_when_a_contributor_edits(client, town):
    convener = CityRoleFactory(city=town).user
    client.force_login(convener)
    client.post(EDIT, filled_in(client, EDIT, source="Ana's answer", source_is_private="on"))
    [private] = Actor.objects.get(slug="lab").sources.all()
    steward = StewardFactory(actor=town.actors.get(slug="lab")).user
    client.force_login(steward)

    page = client.get(EDIT)
    client.post(EDIT, filled_in(client, EDIT, description="We count."))

    assert (private.is_public, private.city) == (False, town)
    assert b"Ana&#x27;s answer" not in page.content
    assert list(Actor.objects.get(slug="lab").sources.all()) == [private]


# ── People, offers, needs ────────────────────────────────────────────────────────────────────────

PEOPLE = "/cities/town/actors/lab/contacts/"
OFFERS = "/cities/town/actors/lab/offers/"


def test_person_is_added_once_changed_and_taken_away_without_a_trace(client, town, convener):
    sent = {"name": "Ana Díaz", "email": "ana@example.org", "language": "es", "based_on": "0"}
    client.post(PEOPLE, sent)
    client.post(PEOPLE, sent)
    ana = Contact.objects.get()
    row = f"{PEOPLE}{ana.pk}/"

    client.post(row, filled_in(client, row, job="Director"))
    changed = Contact.objects.get()
    client.post(row, {"action": "delete", "based_on": changed.version})

    assert (changed.name, changed.job, changed.version) == ("Ana Díaz", "Director", 2)
    assert not Contact.objects.exists()
    assert "Ana" not in str(list(Contact.history.values()))


def test_person_is_shown_to_everyone_only_with_the_day_of_consent(client, town, convener):
    sent = {"name": "Ana", "language": "en", "is_public": "on"}

    without = client.post(PEOPLE, sent)
    later = client.post(PEOPLE, sent | {"consented_on": "2099-01-01"})
    bad = client.post(PEOPLE, {"name": "Ana", "language": "en", "email": "ana"})

    assert errors_of(without) == {
        "consented_on": ["A person is shown to everyone only after agreeing to it: enter the day."]
    }
    assert errors_of(later) == {"consented_on": ["This day is still to come: enter when it was."]}
    assert errors_of(bad) == {"email": ["Write an e-mail address, as in ana@example.org."]}
    assert not Contact.objects.exists()


def test_rows_of_another_organization_are_absent(client, town, convener):
    other = ContactFactory(actor=town.actors.get(slug="hall"))

    assert client.get(f"{PEOPLE}{other.pk}/").status_code == 404
    assert client.post(f"{PEOPLE}{other.pk}/", {"action": "delete"}).status_code == 404
    assert Contact.objects.filter(pk=other.pk).exists()


def test_offer_names_what_it_is_and_ends_after_it_starts(client, town, convener):
    sent = {"description": "A room", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}

    nothing = client.post(OFFERS, {"description": "A room"})
    wrong = client.post(OFFERS, sent | {"resource_kind": "in_kind_space"})
    good = client.post(OFFERS, {"description": "A room", "resource_kind": "in_kind_space"})

    assert errors_of(nothing) == {
        "competency": ["Choose a skill, or a kind of resource below, so that it is found."]
    }
    assert errors_of(wrong) == {
        "ends_on": ["It can't end before it starts: mend one of the two days."]
    }
    assert said(good) == ["Saved: what it can lend."]
    offer = Offer.objects.get()
    assert (offer.description, offer.resource_kind, offer.is_open) == (
        "A room",
        "in_kind_space",
        True,
    )


def test_offers_and_needs_of_a_contributor_are_proposed(client, town, contributor):
    offer = OfferFactory(actor=town.actors.get(slug="lab"), description="Old")
    row = f"{OFFERS}{offer.pk}/"

    client.post(row, filled_in(client, row, description="New", is_open=False))
    client.post(
        "/cities/town/actors/lab/needs/", {"description": "A room", "resource_kind": "data"}
    )
    client.post(row, {"action": "delete", "based_on": "1"})

    assert list(Proposal.objects.values_list("subject", "record", "changes")) == [
        (
            "offer",
            offer.pk,
            {
                "description": {"from": "Old", "to": "New"},
                "is_open": {"from": True, "to": False},
            },
        ),
        (
            "need",
            None,
            {
                "description": {"from": None, "to": "A room"},
                "resource_kind": {"from": None, "to": "data"},
            },
        ),
    ]
    assert Offer.objects.get().description == "Old"


def test_open_offers_and_needs_are_on_the_profile(client, town):
    lab = town.actors.get(slug="lab")
    OfferFactory(actor=lab, description="A room")
    OfferFactory(actor=lab, description="An old printer", is_open=False)

    page = text_of(client.get("/cities/town/actors/lab/"))

    assert ("What it can lend" in page, "A room" in page) == (True, True)
    assert ("What it looks for" in page, "An old printer" in page) == (False, False)


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────

MANY = "/cities/town/actors/change/"


def many(client, change, slugs, **more):
    """Ask, then do what the page says."""
    asked = client.post(MANY, {"change": change, "actors": slugs} | more)
    context = asked.context
    sent = {"do": "save", "change": context["change"], "actors": slugs, "reason": "Spring"}
    for line in context["lines"]:
        sent[f"version-{line['actor'].slug}"] = line["actor"].version
    return asked, client.post(MANY, sent), sent


def test_many_organizations_change_in_one_go_with_one_reason(client, town, convener):
    before = town.tie_revision

    asked, done, sent = many(client, "sector:media", ["lab", "club", "fund"])

    lines = asked.context["lines"]
    assert [(line["actor"].slug, line["differs"], line["now"]) for line in lines] == [
        ("club", True, "Civic technologist"),
        ("lab", True, "Data intermediary"),
    ]
    assert said(done) == ["Sector becomes “Media”: 2 organizations changed."]
    assert dict(Actor.objects.values_list("slug", "sector")) == {
        "hall": "government",
        "lab": "media",
        "club": "media",
        "fund": "philanthropy",
    }
    assert City.objects.get(pk=town.pk).tie_revision == before + 1
    reasons = Actor.history.filter(sector="media").values_list("history_change_reason", "version")
    assert list(reasons) == [("Spring", 2), ("Spring", 2)]
    assert client.post(MANY, sent).status_code == 302
    assert Actor.objects.get(slug="lab").version == 2


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ("add_role:backbone", "storyteller", "storyteller backbone"),
        ("remove_role:storyteller", "storyteller", ""),
    ],
)
def test_roles_of_many_are_added_and_taken_away(client, town, convener, change, before, after):
    Actor.objects.filter(slug="lab").update(roles=before.split())

    many(client, change, ["lab"])

    assert set(Actor.objects.get(slug="lab").roles) == set(after.split())


def test_issues_and_tags_of_many(client, town, convener):
    issue = IssueFactory(slug="housing")
    lab = town.actors.get(slug="lab")
    lab.tags.add(TagFactory(city=town, name="old"))

    many(client, "add_issue:housing", ["lab"])
    many(client, "", ["lab"], tag=" very   open ")
    many(client, "remove_tag:old", ["lab"])

    assert list(lab.issues.all()) == [issue]
    assert [tag.name for tag in lab.tags.all()] == ["very open"]
    many(client, "remove_issue:housing", ["lab"])
    assert list(lab.issues.all()) == []


def test_archived_organization_leaves_the_map_and_comes_back(client, town, convener):
    many(client, "archive:", ["club"])
    off_map = client.get("/cities/town/actors/off-map/").context["groups"]
    gone = client.get("/cities/town/actors/").context["base"]
    many(client, "restore:", ["club"], **{"from": "off-map"})

    assert [(label, [actor.slug for actor, _url in rows]) for label, rows in off_map] == [
        ("Archived", ["club"])
    ]
    assert gone == 3
    assert client.get("/cities/town/actors/").context["base"] == 4


def test_nothing_changes_when_one_of_many_was_changed_meanwhile(client, town, convener):
    asked = client.post(MANY, {"change": "sector:media", "actors": ["lab", "club"]})
    client.post(EDIT, filled_in(client, EDIT, description="Theirs"))
    sent = {"do": "save", "change": "sector:media", "actors": ["lab", "club"]}
    sent |= {
        f"version-{line['actor'].slug}": line["actor"].version for line in asked.context["lines"]
    }

    response = client.post(MANY, sent)

    assert response.status_code == 409
    assert "Somebody else changed Data Lab meanwhile" in text_of(response)
    assert not Actor.objects.filter(sector="media").exists()


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            {"change": "archive:"},
            "Choose at least one organization: put a check mark beside its name.",
        ),
        (
            {"change": "archive:", "actors": ["fund", "away", "nobody"]},
            "Choose at least one organization: put a check mark beside its name.",
        ),
        (
            {"actors": ["lab"]},
            "Choose what to change, from the list below the organizations.",
        ),
        (
            {"actors": ["lab"], "change": "sector:nonsense"},
            "Choose what to change, from the list below the organizations.",
        ),
        (
            {"actors": ["lab"], "change": "name:Mine"},
            "Choose what to change, from the list below the organizations.",
        ),
        (
            {"actors": ["lab"], "tag": "x" * 61},
            "This tag is longer than 60 letters: shorten it.",
        ),
    ],
)
def test_wrong_choices_are_said_and_change_nothing(client, town, convener, sent, message):
    ActorFactory(slug="away")

    response = client.post(MANY, sent | {"query": "sector=media"})

    assert said(response) == [message]
    assert response.headers["Location"] == "/cities/town/actors/?sector=media"
    assert set(Actor.objects.values_list("status", "version")) == {("published", 1)}


def test_checkboxes_are_in_the_directory_of_conveners_only(client, town, convener):
    page = text_of(client.get("/cities/town/actors/"))
    client.force_login(CityRoleFactory(city=town, kind="contributor").user)
    other = text_of(client.get("/cities/town/actors/"))

    assert [f'value="{slug}"' in page for slug in ("lab", "hall", "club", "fund")] == [
        True,
        True,
        True,
        False,
    ]
    assert 'name="actors"' not in other
    assert "Add an organization" in other
