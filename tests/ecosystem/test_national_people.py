"""Organizations without a city: claimed, corrected, edited, and undone by national staff."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from actors.models import Actor, Dismissal, Merge, Proposal, Relationship, Steward
from ecosystem.selectors.checking import KINDS, load_queue, proposals_of, waiting_count
from ecosystem.selectors.history import load_authors
from tests.ecosystem.test_checking import TODAY, send
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    ProposalFactory,
    RelationshipFactory,
    SkillStatementFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

QUEUE = "/to-check/"


@pytest.fixture(autouse=True)
def _frozen(time_machine):
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def fund():
    return ActorFactory(national=True, slug="fund", name="Big Fund", confirmed_on=TODAY)


@pytest.fixture
def national(client):
    user = UserFactory(national=True, name="Nat")
    client.force_login(user)
    return user


@pytest.fixture
def convener():
    return CityRoleFactory(user__name="Connie").user


def test_claim_of_a_national_organization_is_decided_by_national_staff(client, fund, convener):
    person = UserFactory(name="Carl", email="carl@example.org")
    staff = UserFactory(national=True)
    client.force_login(person)
    assertContains(client.get("/actors/fund/"), "/actors/fund/claim/")
    assertContains(client.get("/actors/fund/claim/"), "The national staff see your name")

    for _twice in range(2):
        assertRedirects(client.post("/actors/fund/claim/"), "/actors/fund/")

    claim = Steward.objects.get()
    assertContains(client.get("/actors/fund/"), "The national staff have not answered yet.")
    assert client.get("/actors/fund/edit/").status_code == 403
    client.force_login(convener)
    assert client.get(QUEUE).status_code == 403
    assert send(client, QUEUE, "claim", claim, "approve").status_code == 403
    client.force_login(staff)
    assertContains(client.get(QUEUE), "Carl (carl@example.org) asks to look after this record.")
    assert send(client, QUEUE, "claim", claim, "approve").status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.approved_by) == ("approved", staff)
    assertNotContains(client.get(QUEUE, follow=True), "asks to look after")


def test_correction_of_a_national_organization_goes_to_national_staff(client, fund, convener):
    client.force_login(convener)
    assertContains(client.get("/actors/fund/"), "/actors/fund/suggest/")
    sent = {
        "name": "Big Fund",
        "sector": fund.sector,
        "website": "https://fund.example.org",
        "reason": "Their letterhead.",
    }

    for _twice in range(2):
        answer = client.post("/actors/fund/suggest/", sent, follow=True)

    assertContains(answer, "The national staff decide")
    assertContains(answer, "to the national staff.")
    proposal = Proposal.objects.get()
    assert (proposal.city, proposal.actor) == (None, fund)
    staff = UserFactory(national=True)
    client.force_login(staff)
    assertContains(client.get(QUEUE), "Their letterhead.")
    assert send(client, QUEUE, "proposal", proposal, "accept", version=1).status_code == 302
    fund.refresh_from_db()
    assert fund.website == "https://fund.example.org"
    assert fund.history.first().history_user == staff


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda fund: UserFactory(), 403),
        (lambda fund: CityRoleFactory(kind="viewer").user, 200),
        (lambda fund: StewardFactory().user, 200),
        (lambda fund: StewardFactory(status="claimed").user, 403),
        (lambda fund: UserFactory(national=True), 200),
    ],
    ids=["nobody", "viewer", "steward elsewhere", "claimant", "national"],
)
def test_who_may_suggest_to_a_national_organization(client, fund, make, status):
    client.force_login(make(fund))

    page = client.get("/actors/fund/suggest/")

    assert page.status_code == status


def test_what_may_not_be_done_is_not_offered(client, fund):
    StewardFactory(actor=fund)
    client.force_login(UserFactory())

    page = client.get("/actors/fund/").content.decode()
    front = client.get("/").content.decode()

    offered = ("This is us", "Suggest a correction", "Edit the profile", "/history/?")
    assert [word for word in offered if word in page] == []
    assert [word for word in (QUEUE, "/history/") if word in front] == []
    assertNotContains(client.get("/account/"), QUEUE)


def test_ways_to_the_queue_for_national_staff(client, fund, national):
    CityFactory()
    StewardFactory(actor=fund, status="claimed")

    assertContains(client.get("/"), "To check: national organizations (1)")
    assertContains(client.get("/account/"), QUEUE)


def test_steward_edits_a_national_organization_and_nothing_else(client, fund):
    ContactFactory(actor=fund, name="Secret Sam")
    other = ActorFactory(national=True, slug="other", name="Other")
    steward = StewardFactory(actor=fund).user
    client.force_login(steward)
    page = client.get("/actors/fund/")
    for part in ("edit", "skills", "contacts", "offers", "needs"):
        assertContains(page, f"/actors/fund/{part}/")
        assert client.get(f"/actors/fund/{part}/").status_code == 200
        assert client.get(f"/actors/{other.slug}/{part}/").status_code == 403
    assertContains(client.get("/actors/fund/contacts/"), "Secret Sam")
    form = client.get("/actors/fund/edit/").context["form"]
    assert {"tags", "source_is_private"}.isdisjoint(form.fields)

    sent = {"name": "Big Fund", "sector": fund.sector, "website": "fund.example.org"}
    answer = client.post("/actors/fund/edit/", sent | {"based_on": fund.version})

    assertRedirects(answer, "/actors/fund/")
    fund.refresh_from_db()
    assert (fund.website, fund.version) == ("https://fund.example.org", 2)
    assert fund.history.first().history_user == steward
    client.post("/actors/fund/skills/", {"coding-answer": "3", "coding-based_on": 0})
    assert fund.statements.get().level == 3
    client.post("/actors/fund/offers/", {"description": "A hall", "resource_kind": "in_kind_space"})
    assert fund.offers.get().description == "A hall"
    assert client.get("/history/?organization=fund").status_code == 403


def test_history_of_a_national_organization_and_its_undo(client, fund, national):
    city_actor = ActorFactory(name="Local Lab")
    city_actor.name = "Changed Lab"
    city_actor.save()
    fund.description = "Gives money."
    fund._history_user = national
    fund.version = 2
    fund.save()
    SkillStatementFactory(actor=fund)
    assertContains(client.get("/actors/fund/"), "/history/?organization=fund")

    page = client.get("/history/?organization=fund")

    assertContains(page, "Gives money.")
    assertContains(client.get("/history/"), "Big Fund")
    assertNotContains(client.get("/history/"), "Lab")
    [line] = [one for one in page.context["lines"] if one.way == "changed"]
    url = f"/history/organization/{line.entry.group.last}/"
    assertContains(page, url)
    asked = client.get(url)
    seen = asked.context["plan"].seen
    answer = client.post(url, {"seen": seen, "reason": "A mistake"})
    assertRedirects(answer, "/history/")
    fund.refresh_from_db()
    assert fund.description == ""
    assert fund.history.first().history_change_reason == "A mistake"
    local = city_actor.history.first().history_id
    assert client.get(f"/history/organization/{local}/").status_code == 404


def test_changes_of_one_person_to_national_records_are_undone(client, fund, national):
    looks = StewardFactory(actor=fund, user__name="Fay").user
    fund.description, fund.version, fund._history_user = "Nonsense.", 2, looks
    fund.save()
    url = f"/history/person/?person={looks.pk}"
    assertContains(client.get(f"/history/?person={looks.pk}"), url)

    seen = client.get(url).context["plan"].seen
    client.post(url, {"seen": seen, "reason": ""})

    fund.refresh_from_db()
    assert fund.description == ""


def test_national_staff_find_their_way_where_no_map_is(client, national):
    page = client.get("/")

    assertContains(page, reverse("city_new"))
    assertContains(page, QUEUE)


def test_page_in_a_city_leads_to_the_national_ones(client, fund):
    city = CityFactory(slug="boston")
    RelationshipFactory(city=city, source=fund)
    client.force_login(CityRoleFactory(city=city, kind="viewer").user)

    page = client.get("/cities/boston/actors/fund/")

    assertContains(page, "/actors/fund/suggest/")
    assertContains(page, "/actors/fund/claim/")


def test_authors_of_national_records_are_those_with_a_part_in_them(fund, convener):
    UserFactory(name="Nobody")
    StewardFactory(user__name="Local")
    looks = StewardFactory(actor=fund, user__name="Fay").user
    staff = UserFactory(national=True, name="Nat")

    assert load_authors(None) == [(looks.pk, "Fay"), (staff.pk, "Nat")]


def test_queue_of_national_records_has_every_kind(client, fund, national):
    other = ActorFactory(
        national=True, name="Grants Inc", confirmed_on=TODAY, website="https://g.x"
    )
    ActorFactory(national=True, name="Grants Inc.", confirmed_on=TODAY, website="https://h.x")
    ActorFactory(national=True, proposed=True)
    ActorFactory(national=True, name="Nowhere Else")
    ProposalFactory(actor=fund, city=None)
    StewardFactory(actor=fund, status="claimed")
    RelationshipFactory(
        city=None, source=fund, target=other, source_answer="disputed", source_answered_on=TODAY
    )
    # What must not be in it.
    ActorFactory(proposed=True)
    ProposalFactory()
    StewardFactory(status="claimed")
    RelationshipFactory(source=fund, source_answer="disputed", source_answered_on=TODAY)

    queue = load_queue(None, national, TODAY)

    assert queue.counts == {
        "proposed": 1,
        "proposal": 1,
        "claim": 1,
        "disputed": 1,
        "duplicate": 1,
        "stale": 0,
        "unconfirmed": 1,
        "dead_end": 1,
    }
    assert waiting_count(None, national) == 4
    assert set(queue.counts) == set(KINDS)
    page = client.get(QUEUE)
    assert len(page.context["items"]) == 7


def test_national_entries_are_dismissed_once(client, fund, national):
    tie = RelationshipFactory(
        city=None,
        source=fund,
        target=ActorFactory(national=True),
        source_answer="disputed",
        source_answered_on=TODAY,
    )

    for _twice in range(2):
        assert send(client, QUEUE, "disputed", tie, "keep").status_code == 302

    [kept] = Dismissal.objects.all()
    assert (kept.city, kept.kind, kept.key) == (None, "disputed", str(tie.pk))
    assert load_queue(None, national, TODAY).counts["disputed"] == 0
    assert Relationship.objects.get() == tie


def test_two_national_records_are_merged_and_parted(client, fund, national):
    twin = ActorFactory(national=True, slug="twin", name="Big Fund Inc")
    local = ActorFactory(slug="local")
    assert client.get(f"/merge/?keep=fund&merge={local.slug}").status_code == 404

    sent = {"keep": "fund", "merge": "twin", "kept_version": 1, "merged_version": 1}
    answer = client.post("/merge/", sent)

    merge = Merge.objects.get()
    assert (merge.city, merge.kept, merge.merged) == (None, fund, twin)
    assertRedirects(answer, f"/merges/{merge.pk}/")
    assertContains(client.get("/merges/"), f"/merges/{merge.pk}/")
    assertRedirects(client.get("/actors/twin/"), "/actors/fund/", status_code=301)
    client.post(f"/merges/{merge.pk}/")
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_a_proposal_goes_where_its_organization_is_decided_on(fund):
    """One merged into a national record is no longer for the convener who could decide before."""
    role = CityRoleFactory()
    convener, staff = role.user, UserFactory(national=True)
    moved = ProposalFactory(actor=fund, city=role.city)
    tie = ProposalFactory(actor=fund, city=role.city, subject="tie", changes={})

    assert set(Proposal.objects.visible_to(convener)) == {tie}
    assert set(proposals_of(role.city, convener)) == {tie}
    assert set(proposals_of(None, staff)) == {moved}


def test_pages_of_actions_ask_for_a_national_organization(client, national):
    local = ActorFactory(slug="local")

    paths = ("suggest", "claim", "answers", "edit", "skills", "contacts", "offers", "needs")
    found = {client.get(f"/actors/{local.slug}/{path}/").status_code for path in paths}

    assert found == {404}


def test_steward_answers_for_the_ties_of_a_national_organization(client, fund):
    tie = RelationshipFactory(source=fund, city=CityFactory(name="Springfield"))
    client.force_login(StewardFactory(actor=fund).user)
    assertContains(client.get("/actors/fund/"), "/actors/fund/answers/")
    [row] = client.get("/actors/fund/answers/").context["rows"]

    sent = {"tie": tie.pk, "seen": row["seen"], "answer": "confirmed"}
    answer = client.post("/actors/fund/answers/", sent, follow=True)

    assertContains(answer, "Only you and those who keep the map of the tie see your answer.")
    assert Relationship.objects.get().source_answer == "confirmed"


@pytest.mark.parametrize("count", [1, 4])
def test_queries_of_the_queue_do_not_grow(client, national, count, django_assert_max_num_queries):
    for _one in range(count):
        actor = ActorFactory(national=True)
        StewardFactory(actor=actor, status="claimed")
        ProposalFactory(actor=actor, city=None, record=actor.pk)
    client.get(QUEUE)

    with django_assert_max_num_queries(26):
        client.get(QUEUE)

    assert Actor.objects.count() == count
    assert reverse("national_to_check") == QUEUE


# ── Adding one ───────────────────────────────────────────────────────────────────────────────────


def test_national_staff_add_a_national_organization(client, fund, national):
    ActorFactory(city=CityFactory(slug="town"), name="Big Fund of Town")
    assertContains(client.get("/"), 'href="/actors/new/"')
    page = client.get("/actors/new/?name=Big+Found")
    assertContains(page, "Add a national organization")
    assertContains(client.get("/actors/similar/?name=Big+Found"), 'href="/actors/fund/"')

    asked = client.post("/actors/new/", {"name": "Big Found", "sector": "philanthropy"})
    assertContains(asked, "Is it one of these?")
    assertContains(asked, 'href="/actors/fund/"')
    assertNotContains(asked, "Big Fund of Town")
    assert Actor.objects.filter(name="Big Found").count() == 0

    for _twice in range(2):
        answer = client.post(
            "/actors/new/", {"name": "Big Found", "sector": "philanthropy", "is_new": "1"}
        )
        assertRedirects(answer, "/actors/big-found/")
    added = Actor.objects.get(name="Big Found")
    assert (added.city, added.status, added.sector) == (None, "published", "philanthropy")
    assert [row.history_user for row in added.history.all()] == [national]


def test_a_name_is_asked_for(client, national):
    answer = client.post("/actors/new/", {"name": " ", "sector": ""})

    assert answer.status_code == 200
    assert sorted(answer.context["form"].errors) == ["name", "sector"]
    assert not Actor.objects.exists()


def test_who_convenes_a_city_adds_no_national_organization(client, convener):
    client.force_login(convener)

    assert client.get("/actors/new/").status_code == 403
    assert client.post("/actors/new/", {"name": "X", "sector": "media"}).status_code == 403
    assertNotContains(client.get("/"), "/actors/new/")
    assert not Actor.objects.exists()
