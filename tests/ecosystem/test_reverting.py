"""Undoing one change, and what one person changed; what others changed since is never lost."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from actors.framework import ActorStatus
from actors.models import Actor, City, OtherName, Relationship, SkillStatement
from actors.models.city import CityRoleKind
from actors.services import map_change
from collaboratives.models import Collaborative, Membership
from ecosystem.selectors import history as selector
from ecosystem.services import history as service
from ecosystem.services import undo_plan
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def on(day):
    """At noon of a day of March 2026."""
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


def edit(record, *, by=None, **values):
    record._history_user = by
    with map_change(record):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


@pytest.fixture
def town():
    with on(1):
        return CityFactory(name="Town", slug="town")


@pytest.fixture
def convener(town):
    return CityRoleFactory(city=town, user__name="Connie").user


@pytest.fixture
def hall(town):
    with on(2):
        return ActorFactory(city=town, name="City Hall", slug="hall")


def last_change(record, user, city):
    """The newest change of this record."""
    kind = next(kind for kind in selector.KINDS.values() if kind.model is type(record))
    row = kind.rows.filter(id=record.pk).order_by("-history_id").first()
    return selector.find_group(kind, row.pk, city, user)


def undo(group, city, by, *, anyway=False, reason="A mistake"):
    seen = undo_plan.plan_change(group, city, by).seen
    return service.undo_change(group, city, by=by, seen=seen, reason=reason, anyway=anyway)


def test_fields_and_links_go_back_and_the_history_says_why(town, convener, hall):
    housing, transit, source = IssueFactory(), IssueFactory(), SourceFactory()
    hall.issues.set([housing])
    with map_change(hall):
        hall.website = "https://spam.example.org"
        hall.roles = ["backbone"]
        hall.save()
        hall.issues.set([transit])
        hall.sources.add(source)
    before = City.objects.get(pk=town.pk).tie_revision

    undo(last_change(hall, convener, town), town, convener)

    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.website, stored.roles, stored.version) == ("", (), 3)
    assert (list(stored.issues.all()), list(stored.sources.all())) == ([housing], [])
    last = stored.history.first()
    assert (last.history_change_reason, last.history_user) == ("A mistake", convener)
    assert City.objects.get(pk=town.pk).tie_revision == before + 1


def test_undoing_is_undone(town, convener, hall):
    edit(hall, website="https://good.example.org")
    undo(last_change(hall, convener, town), town, convener)

    undo(last_change(hall, convener, town), town, convener)

    assert Actor.objects.get(pk=hall.pk).website == "https://good.example.org"


def test_later_changes_to_other_fields_stay(town, convener, hall):
    issue, later = IssueFactory(), IssueFactory()
    with map_change(hall):
        hall.website = "https://spam.example.org"
        hall.save()
        hall.issues.add(issue)
    group = last_change(hall, convener, town)
    edit(hall, description="What it does")
    hall.issues.add(later)

    undo(group, town, convener)

    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.website, stored.description) == ("", "What it does")
    assert list(stored.issues.all()) == [later]


def test_a_field_changed_since_is_a_conflict_with_both_versions(town, convener, hall):
    edit(hall, website="https://spam.example.org", service_area="Everywhere")
    group = last_change(hall, convener, town)
    edit(hall, website="https://good.example.org")

    plan = undo_plan.plan_change(group, town, convener)
    with pytest.raises(undo_plan.Stale):
        undo(group, town, convener)

    [conflict] = plan.in_conflict[0].conflicts
    assert (conflict.label, conflict.left, conflict.now, conflict.then) == (
        "Website",
        "https://spam.example.org",
        "https://good.example.org",
        "–",
    )
    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.website, stored.service_area) == ("https://good.example.org", "Everywhere")

    undo(group, town, convener, anyway=True)

    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.website, stored.service_area) == ("", "")


def test_what_was_seen_before_somebody_saved_is_refused(town, convener, hall):
    edit(hall, website="https://spam.example.org")
    group = last_change(hall, convener, town)
    seen = undo_plan.plan_change(group, town, convener).seen
    edit(hall, description="Meanwhile")

    with pytest.raises(undo_plan.Stale):
        service.undo_change(group, town, by=convener, seen=seen, reason="")

    assert Actor.objects.get(pk=hall.pk).website == "https://spam.example.org"


def test_a_new_row_is_taken_away_and_comes_back(town, convener, hall):
    source = SourceFactory()
    said = SkillStatementFactory(actor=hall, competency="coding", level=3, sources=[source])
    pk = said.pk

    undo(last_change(said, convener, town), town, convener)
    assert not SkillStatement.objects.filter(pk=pk).exists()

    said.pk = pk
    undo(last_change(said, convener, town), town, convener)
    back = SkillStatement.objects.get(pk=pk)
    assert (back.actor, back.competency, back.level) == (hall, "coding", 3)
    assert list(back.sources.all()) == [source]


def test_a_new_organization_is_archived_not_deleted(town, convener, hall):
    group = last_change(hall, convener, town)
    said = SkillStatementFactory(actor=hall)

    plan = undo(group, town, convener)

    assert [one.way for one in plan.records] == ["archive"]
    assert Actor.objects.get(pk=hall.pk).status == ActorStatus.ARCHIVED
    assert SkillStatement.objects.filter(pk=said.pk).exists()


def test_a_deleted_organization_comes_back_with_what_hung_on_it(town, convener, hall):
    with on(3):
        lab = ActorFactory(city=town)
        issue = IssueFactory()
        hall.issues.add(issue)
        said = SkillStatementFactory(actor=hall, competency="coding")
        earlier = SkillStatementFactory(actor=hall, competency="fundraising")
        tie = RelationshipFactory(city=town, source=lab, target=hall)
        name = OtherName.objects.create(actor=hall, name="Town Hall")
        member = MembershipFactory(collaborative=CollaborativeFactory(city=town), actor=hall)
    with on(4):
        earlier.delete()
    pk, gone = hall.pk, earlier.history.model.objects.filter(history_type="-").get().id
    with on(5), map_change(hall):
        hall.delete()
    hall.pk = pk

    undo(last_change(hall, convener, town), town, convener)

    back = Actor.objects.get(pk=pk)
    assert (back.name, back.slug, list(back.issues.all())) == ("City Hall", "hall", [issue])
    assert [one.pk for one in back.statements.all()] == [said.pk]
    assert gone not in [one.pk for one in back.statements.all()]
    assert [one.pk for one in Relationship.objects.filter(target=back)] == [tie.pk]
    assert [one.name for one in back.other_names.all()] == [name.name]
    assert [one.pk for one in Membership.objects.filter(actor=back)] == [member.pk]


def test_a_row_whose_organization_is_gone_does_not_come_back_alone(town, convener, hall):
    said = SkillStatementFactory(actor=hall)
    pk = said.pk
    with on(6):
        said.delete()
    said.pk = pk
    group = last_change(said, convener, town)
    with on(8), map_change(hall):
        hall.delete()

    plan = undo_plan.plan_change(group, town, convener)

    assert plan.in_conflict[0].is_blocked
    with pytest.raises(undo_plan.Stale):
        undo(group, town, convener, anyway=True)


def test_what_others_hang_on_is_not_taken_away(town, convener, hall):
    table = CollaborativeFactory(city=town)
    group = last_change(table, convener, town)
    MembershipFactory(collaborative=table, actor=hall)

    plan = undo_plan.plan_change(group, town, convener)

    assert plan.in_conflict[0].is_blocked
    with pytest.raises(undo_plan.Stale):
        undo(group, town, convener, anyway=True)
    assert Collaborative.objects.filter(pk=table.pk).exists()


def test_a_result_that_would_break_a_rule_is_refused_whole(town, convener, hall):
    lab = ActorFactory(city=town)
    tie = RelationshipFactory(city=town, source=hall, target=lab, kind="funds")
    edit(tie, kind="advises")
    group = last_change(tie, convener, town)
    RelationshipFactory(city=town, source=hall, target=lab, kind="funds")

    with pytest.raises(undo_plan.Stale) as stale:
        undo(group, town, convener)

    assert stale.value.reasons == ["This tie is already recorded."]
    assert Relationship.objects.get(pk=tie.pk).kind == "advises"


def test_a_merge_or_a_move_is_not_undone_here(town, convener, hall):
    kept = ActorFactory(city=town)
    edit(hall, status=ActorStatus.ARCHIVED, merged_into=kept)

    plan = undo_plan.plan_change(last_change(hall, convener, town), town, convener)

    assert plan.in_conflict[0].is_blocked


@pytest.fixture
def vandal(town):
    return CityRoleFactory(city=town, kind=CityRoleKind.CONTRIBUTOR, user__name="Van").user


@pytest.fixture
def vandalised(town, hall, vandal):
    """On 10 March Van changed City Hall twice, replaced a skill, and added a group."""
    with on(3):
        lab = ActorFactory(city=town, name="Data Lab", slug="lab")
        said = SkillStatementFactory(actor=hall, competency="coding", level=3)
    with on(9):
        edit(lab, by=vandal, service_area="An earlier, honest change")
    with on(10):
        edit(hall, by=vandal, website="https://one.example.org")
        edit(hall, by=vandal, website="https://two.example.org", name="City Hell")
        edit(lab, by=vandal, description="Nonsense")
        said._history_user = vandal
        with map_change(said):
            said.delete()
        fake = ActorFactory.build(city=town, name="Fake", slug="fake")
        fake._history_user = vandal
        fake.save()
        learned = SkillStatement(actor=hall, competency="coding", level=0)
        learned._history_user = vandal
        learned.save()
    return hall, lab, fake


def asked(person, first=10, last=10):
    return selector.Asked(person=person.pk, since=date(2026, 3, first), until=date(2026, 3, last))


def test_a_persons_changes_in_a_period_are_undone_together(town, convener, vandal, vandalised):
    hall, _lab, _fake = vandalised
    plan = undo_plan.plan_person(town, convener, asked(vandal))

    service.undo_person(town, asked(vandal), by=convener, seen=plan.seen, reason="Vandalism")

    stored = {one.slug: one for one in Actor.objects.all()}
    assert (stored["hall"].name, stored["hall"].website) == ("City Hall", "")
    assert (stored["lab"].description, stored["lab"].service_area) == (
        "",
        "An earlier, honest change",
    )
    assert stored["fake"].status == ActorStatus.ARCHIVED
    assert [(one.competency, one.level) for one in hall.statements.all()] == [("coding", 3)]
    assert undo_plan.plan_person(town, convener, asked(vandal)).records_to_tell == []


def test_conflicts_stop_everything_unless_they_are_left_out(town, convener, vandal, vandalised):
    hall, lab, _fake = vandalised
    with on(11):
        edit(Actor.objects.get(pk=hall.pk), by=convener, name="City Hall of Town")
    plan = undo_plan.plan_person(town, convener, asked(vandal))

    with pytest.raises(undo_plan.Stale):
        service.undo_person(town, asked(vandal), by=convener, seen=plan.seen, reason="")
    assert Actor.objects.get(pk=lab.pk).description == "Nonsense"

    service.undo_person(town, asked(vandal), by=convener, seen=plan.seen, reason="", leave_out=True)

    assert [one.title for one in plan.in_conflict] == ["City Hall of Town"]
    stored = {one.slug: one for one in Actor.objects.all()}
    assert stored["lab"].description == ""
    assert (stored["hall"].name, stored["hall"].website) == (
        "City Hall of Town",
        "https://two.example.org",
    )


def test_more_changes_than_one_round_holds_are_refused(town, convener, vandal, hall, monkeypatch):
    monkeypatch.setattr(undo_plan, "MOST", 1)
    with on(10):
        edit(hall, by=vandal, website="https://one.example.org")
        edit(hall, by=vandal, website="https://two.example.org")

    with pytest.raises(undo_plan.TooMany):
        undo_plan.plan_person(town, convener, asked(vandal))


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────


def address(group):
    return reverse("history_change", args=["town", group.kind.slug, group.last])


def test_page_shows_what_undoing_does_and_does_it_once(client, town, convener, hall):
    edit(hall, website="https://spam.example.org")
    url = address(last_change(hall, convener, town))
    client.force_login(convener)

    page = client.get(url)
    sent = {"seen": page.context["plan"].seen, "reason": "Spam"}
    first = client.post(url, sent)
    second = client.post(url, sent)

    assert "https://spam.example.org" in page.content.decode()
    assert (first.status_code, second.status_code) == (302, 302)
    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.website, stored.version) == ("", 3)
    assert stored.history.first().history_change_reason == "Spam"


def test_page_keeps_what_was_written_when_somebody_was_faster(client, town, convener, hall):
    edit(hall, website="https://spam.example.org")
    url = address(last_change(hall, convener, town))
    client.force_login(convener)
    seen = client.get(url).context["plan"].seen
    edit(hall, website="https://good.example.org")

    answer = client.post(url, {"seen": seen, "reason": "My reason"})

    text = answer.content.decode()
    assert answer.status_code == 409
    for said in ("My reason", "https://spam.example.org", "https://good.example.org"):
        assert said in text
    again = client.post(
        url, {"seen": answer.context["plan"].seen, "reason": "My reason", "choice": "on"}
    )
    assert again.status_code == 302
    assert Actor.objects.get(pk=hall.pk).website == ""


def test_person_page_previews_and_undoes(client, town, convener, vandal, vandalised):
    client.force_login(convener)
    query = f"?person={vandal.pk}&since=2026-03-10&until=2026-03-10"
    url = reverse("history_person", args=["town"]) + query

    listed = client.get(reverse("history", args=["town"]) + query)
    page = client.get(url)
    done = client.post(url, {"seen": page.context["plan"].seen, "reason": ""})

    assert listed.context["undo_all"] == url
    assert sorted(one.title for one in page.context["plan"].at_work) == [
        "City Hell",
        "City Hell: Coding",
        "City Hell: Coding",
        "Data Lab",
        "Fake",
    ]
    assert done.status_code == 302
    assert Actor.objects.get(slug="hall").name == "City Hall"


@pytest.mark.parametrize("who", ["contributor", "viewer", "other convener"])
def test_only_those_who_convene_undo(client, town, convener, hall, who):
    edit(hall, website="https://example.org")
    url = address(last_change(hall, convener, town))
    if who == "other convener":
        client.force_login(CityRoleFactory().user)
    else:
        client.force_login(CityRoleFactory(city=town, kind=who).user)

    for page in (url, reverse("history_person", args=["town"])):
        assert client.get(page).status_code == 403
        assert client.post(page, {"seen": "x"}).status_code == 403
    assert Actor.objects.get(pk=hall.pk).website == "https://example.org"


def test_visitors_sign_in_first_and_staff_undo_everywhere(client, town, convener, hall):
    edit(hall, website="https://example.org")
    url = address(last_change(hall, convener, town))

    assert client.get(url).status_code == 302
    client.force_login(UserFactory(national=True))
    assert client.get(url).status_code == 200


def test_changes_of_another_city_and_of_nothing_are_not_found(client, town, convener, hall):
    other = CityFactory(slug="other")
    CityRoleFactory(city=other, user=convener)
    client.force_login(convener)
    group = last_change(hall, convener, town)

    wrong = [
        reverse("history_change", args=["other", "organization", group.last]),
        reverse("history_change", args=["town", "organization", 10**6]),
        reverse("history_change", args=["town", "organization", 10**20]),
        reverse("history_change", args=["town", "contact", group.last]),
        reverse("history_person", args=["town"]),
        reverse("history_person", args=["town"]) + "?person=999999",
    ]

    assert [client.get(one).status_code for one in wrong] == [404] * len(wrong)
