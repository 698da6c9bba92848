"""Taking snapshots: what they hold, what they never hold, and what comes back of edits (G21)."""

import io
import json
from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rules import operator
from actors.models import Actor, Relationship, SkillStatement
from actors.services import map_change
from collaboratives.models import Membership
from ecosystem.analysis.change import apply, difference
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.snapshot import from_values
from ecosystem.analysis.vocabulary import COMPETENCIES, SECTORS
from ecosystem.models import Snapshot
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem
from ecosystem.selectors.snapshots import MapReader, for_reader, load_snapshot_rows
from ecosystem.services.gaps import run_gaps
from ecosystem.services.snapshots import (
    SnapshotRefused,
    take_monthly_snapshot,
    take_snapshot,
)
from tests.ecosystem.towns import DAY, make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "canary-4711"


# ── What a snapshot holds ────────────────────────────────────────────────────────────────────────


def test_snapshot_holds_the_inputs_and_the_result_document(town):
    make_table(town)

    snapshot, is_new = take_snapshot(town, note="before the workshop")

    kept = Snapshot.objects.get(pk=snapshot.pk)
    analysis = run_gaps(town, user=MapReader(town))
    document = gap_document(analysis.results)
    assert is_new
    assert (kept.as_of, kept.method, kept.note) == (DAY, "1", "before the workshop")
    assert kept.results == document | {"figures": kept.results["figures"]}
    assert gap_document(analyse(from_values(kept.inputs).data)) == document
    assert set(kept.inputs["actors"]) == {"hall", "lab", "club", "fund"}
    assert kept.inputs["memberships"].keys() == {"round-table club 1", "round-table hall 1"}
    assert kept.inputs["ties"].keys() == {
        "hall lab shares_data 1",
        "club lab shares_data 1",
        "fund lab shares_data 1",
    }


def test_snapshot_figures_are_counted_by_hand(town):
    """The town by its description; one of its three ties is confirmed by both sides."""
    tie = Relationship.objects.get(source__slug="hall")
    tie.source_answer = tie.target_answer = "confirmed"
    tie.save()

    figures = take_snapshot(town).snapshot.results["figures"]

    assert figures == {
        "organizations": 3,
        "on_map": 4,
        "links": 3,
        "ties": 3,
        "confirmed": 1,
        "states": {"covered": 1, "single": 1, "thin": 1, "absent": 1, "unknown": 8},
        "answered_share": pytest.approx(8 / 36),
        "completeness": None,
    }


def test_snapshot_of_every_reference_city_gives_the_same_results_again():
    call_command("load_reference", verbosity=0)
    call_command("snapshot", all=True, verbosity=0, stdout=io.StringIO())

    snapshots = list(Snapshot.objects.all())

    assert len(snapshots) == 7
    for snapshot in snapshots:
        again = gap_document(analyse(from_values(snapshot.inputs).data))
        assert again | {"figures": snapshot.results["figures"]} == snapshot.results


def test_snapshot_of_an_empty_map_is_kept():
    snapshot = take_snapshot(CityFactory(slug="empty", map_date=DAY)).snapshot

    assert snapshot.inputs["actors"] == {}
    assert snapshot.results["figures"]["states"]["unknown"] == 12


def test_snapshot_of_what_is_kept_already_stores_nothing(town):
    first = take_snapshot(town, note="one").snapshot

    assert take_snapshot(town, note="two") == (first, False)
    assert Snapshot.objects.count() == 1

    SkillStatementFactory(actor=Actor.objects.get(slug="hall"), competency="data-communication")
    assert take_snapshot(town).is_new


def test_snapshot_keeps_who_would_rather_not_say(town):
    hall = Actor.objects.get(slug="hall")
    SkillStatementFactory(actor=hall, competency="community-organizing", level=None)

    snapshot = take_snapshot(town).snapshot

    assert snapshot.inputs["declined"] == {"hall community-organizing": {}}
    assert "hall community-organizing" not in snapshot.inputs["statements"]


def test_snapshot_names_a_unit_s_parent_and_a_member_who_is_not_on_the_map(town):
    parent = ActorFactory(city=None, slug="parent", name="Parent", sector="academia")
    grand = ActorFactory(city=None, slug="grand", name="Grand")
    parent.part_of = grand
    parent.save()
    Actor.objects.filter(slug="lab").update(part_of=parent)
    member = ActorFactory(city=CityFactory(slug="there"), slug="far", name="Far")
    MembershipFactory(collaborative=make_table(town), actor=member, function="advises")

    inputs = take_snapshot(town).snapshot.inputs

    assert inputs["actors"]["lab"]["part_of"] == "parent"
    assert inputs["beyond"] == {
        "parent": {"name": "Parent", "sector": "academia", "city": None, "part_of": "grand"},
        "grand": {"name": "Grand", "sector": "government", "city": None, "part_of": None},
        "far": {"name": "Far", "sector": "government", "city": "there", "part_of": None},
    }
    assert inputs["memberships"]["round-table far 1"] == {
        "function": "advises",
        "decision_role": "",
    }


def test_snapshot_queries_do_not_grow(town):
    table = make_table(town)
    counts = set()
    for count in (2, 30):
        for actor in ActorFactory.create_batch(count, city=town, with_statements=2):
            RelationshipFactory(city=town, source=actor, target=Actor.objects.get(slug="lab"))
            MembershipFactory(collaborative=table, actor=actor)
        with CaptureQueriesContext(connection) as queries:
            assert take_snapshot(town).is_new
        counts.add(len(queries))

    assert len(counts) == 1


# ── What it never holds ──────────────────────────────────────────────────────────────────────────


def fill_with_secrets(city):
    """Drafts, strengths, private sources, and a visitor from a map that nobody else may see."""
    own = ActorFactory(city=city, slug="open", name="Open")
    draft = ActorFactory(city=city, name=f"{CANARY} draft", proposed=True)
    hidden = CityFactory(private=True, slug="hidden", name=f"{CANARY} city")
    visitor = ActorFactory(city=hidden, name=f"{CANARY} visitor", slug=f"{CANARY}-visitor")
    other = ActorFactory(city=city, slug="other", name="Other")
    RelationshipFactory(city=city, source=own, target=other, strength=4)
    RelationshipFactory(city=city, source=own, target=visitor)
    RelationshipFactory(city=city, source=own, target=draft)
    private = SourceFactory(city=city, citation=f"{CANARY} answer", is_public=False)
    own.sources.add(private, SourceFactory(citation="Report"))
    table = CollaborativeFactory(city=city, slug="table", members=[own, draft, visitor])
    SkillStatementFactory(actor=draft)
    return table


@pytest.mark.parametrize("visibility", ["public", "partners", "private"])
def test_snapshot_holds_nothing_that_some_reader_of_the_map_may_not_see(visibility):
    city = CityFactory(slug="here", visibility=visibility)
    fill_with_secrets(city)

    snapshot = take_snapshot(city, taken_by=UserFactory(national=True)).snapshot

    kept = json.dumps([snapshot.inputs, snapshot.results])
    assert CANARY not in kept
    assert "hidden" not in kept
    assert set(snapshot.inputs["actors"]) == {"open", "other"}
    assert snapshot.inputs["actors"]["open"]["informants"] == ["Report"]
    assert [tie["strength"] for tie in snapshot.inputs["ties"].values()] == [None]
    assert CANARY in json.dumps(gap_document(run_gaps(city, user=operator()).results))


@pytest.mark.parametrize("visibility", ["partners", "private"])
def test_map_reader_sees_what_somebody_with_the_role_of_a_viewer_sees(visibility):
    city = CityFactory(slug="here", visibility=visibility)
    fill_with_secrets(city)
    viewer = CityRoleFactory(city=city, kind="viewer").user

    assert load_ecosystem(city, user=MapReader(city)) == load_ecosystem(city, user=viewer)
    assert len(load_ecosystem(city, user=MapReader(city)).actors) == 2


def test_snapshots_are_visible_with_their_city():
    public, private = SnapshotFactory(), SnapshotFactory(city=CityFactory(private=True))
    viewer = CityRoleFactory(city=private.city, kind="viewer").user

    def seen(user):
        return set(Snapshot.objects.visible_to(user))

    assert seen(UserFactory()) == {public}
    assert seen(viewer) == seen(operator()) == {public, private}


def test_for_reader_leaves_out_who_was_archived_hidden_or_deleted_since(town):
    table = make_table(town)
    city = CityFactory(slug="other-city")
    partner = ActorFactory(city=city, slug="partner", name="Partner")
    RelationshipFactory(city=town, source=partner, target=Actor.objects.get(slug="hall"))
    values = take_snapshot(town).snapshot.inputs
    Actor.objects.filter(slug="club").update(status="archived")
    city.visibility = "private"
    city.save()
    Actor.objects.get(slug="fund").delete()
    convener = CityRoleFactory(city=town).user

    stranger = for_reader([values], town, UserFactory())
    insider = for_reader([values], town, convener)

    assert set(stranger.values[0]["actors"]) == {"hall", "lab"}
    assert set(stranger.values[0]["ties"]) == {"hall lab shares_data 1"}
    assert set(stranger.values[0]["memberships"]) == {"round-table hall 1"}
    assert {key.split()[0] for key in stranger.values[0]["statements"]} == {"hall", "lab"}
    assert stranger.homes == {"hall": "town", "lab": "town"}
    assert stranger.cities == {"town": "Town"}
    assert set(insider.values[0]["actors"]) == {"hall", "lab", "club"}
    assert set(insider.homes) == {"hall", "lab"}

    table.delete()
    assert for_reader([values], town, convener).values[0]["collaboratives"] == {}


# ── Edits between two snapshots ──────────────────────────────────────────────────────────────────


class Ledger:
    """A city edited at random through the service, beside the plainest account of what is true."""

    KINDS = ("funds", "advises", "shares_data")

    def __init__(self, random):
        self.random = random
        self.city = CityFactory(slug="here")
        self.own = {}
        self.visitors = [
            ActorFactory(city=None, slug=f"visitor-{n}", sector="academia") for n in range(3)
        ]
        self.tables = [CollaborativeFactory(city=self.city, slug=f"table-{n}") for n in range(2)]
        self.ties, self.statements, self.places = {}, {}, {}
        for _number in range(8):
            self.add_actor()
        for _number in range(25):
            self.edit()

    def edit(self):
        """One random edit."""
        self.random.choice(
            [
                self.add_actor,
                self.archive_actor,
                self.move_actor,
                self.add_tie,
                self.add_tie,
                self.end_tie,
                self.confirm_tie,
                self.grant_wish,
                self.state_skill,
                self.state_skill,
                self.take_back_skill,
                self.join,
                self.leave,
            ]
        )()

    def pick(self, found):
        return self.random.choice(list(found)) if found else None

    def add_actor(self):
        actor = Actor(
            city=self.city,
            slug=f"own-{Actor.objects.count()}",
            name="Own",
            sector=self.random.choice(SECTORS),
        )
        with map_change(actor):
            actor.save()
        self.own[actor.slug] = actor

    def archive_actor(self):
        if len(self.own) > 2:
            actor = self.own.pop(self.pick(self.own))
            actor.status = "archived"
            with map_change(actor):
                actor.save()

    def move_actor(self):
        actor = self.own[self.pick(self.own)]
        actor.sector = self.random.choice(SECTORS)
        with map_change(actor):
            actor.save()

    def add_tie(self):
        source = self.own[self.pick(self.own)]
        target = self.random.choice([*self.own.values(), *self.visitors])
        kind = self.random.choice(self.KINDS)
        key = f"{source.slug} {target.slug} {kind} 1"
        if source != target and key not in self.ties:
            tie = Relationship(
                city=self.city,
                source=source,
                target=target,
                kind=kind,
                status=self.random.choice(["existing", "wished"]),
                carried_by=self.random.choice([None, 2]),
            )
            with map_change(tie):
                tie.save()
            self.ties[key] = tie

    def end_tie(self):
        if key := self.pick(self.ties):
            tie = self.ties.pop(key)
            tie.ended_on = timezone.localdate() - timedelta(days=1)
            with map_change(tie):
                tie.save()

    def confirm_tie(self):
        if key := self.pick(self.ties):
            self.ties[key].source_answer = "confirmed"
            with map_change(self.ties[key]):
                self.ties[key].save()

    def grant_wish(self):
        if key := self.pick([key for key, tie in self.ties.items() if tie.status == "wished"]):
            self.ties[key].status = "existing"
            with map_change(self.ties[key]):
                self.ties[key].save()

    def state_skill(self):
        actor = self.random.choice([*self.own.values(), *self.visitors])
        competency = self.random.choice(COMPETENCIES)
        key = f"{actor.slug} {competency}"
        statement = self.statements.get(key) or SkillStatement(actor=actor, competency=competency)
        statement.level = self.random.randrange(4)
        statement.confirmed_on = self.random.choice([None, DAY])
        with map_change(statement):
            statement.save()
        self.statements[key] = statement

    def take_back_skill(self):
        if key := self.pick(self.statements):
            statement = self.statements.pop(key)
            with map_change(statement):
                statement.delete()

    def join(self):
        table, actor = self.random.choice(self.tables), self.own[self.pick(self.own)]
        key = f"{table.slug} {actor.slug} 1"
        if key not in self.places:
            place = Membership(collaborative=table, actor=actor, function="helps")
            with map_change(place):
                place.save()
            self.places[key] = place

    def leave(self):
        if key := self.pick(self.places):
            place = self.places.pop(key)
            place.until = timezone.localdate() - timedelta(days=1)
            with map_change(place):
                place.save()

    def truth(self):
        """Per table, what the map shows, told from this account alone."""
        there = {**self.own, **{one.slug: one for one in self.visitors}}
        ties = {
            key: tie
            for key, tie in self.ties.items()
            if tie.source.slug in there and tie.target.slug in there
        }
        ends = {
            end.slug
            for tie in ties.values()
            if tie.status == "existing"
            for end in (tie.source, tie.target)
        }
        actors = {slug: one for slug, one in there.items() if slug in self.own or slug in ends}
        return {
            "actors": {slug: {"sector": one.sector} for slug, one in actors.items()},
            "ties": {
                key: {
                    "status": tie.status,
                    "carried_by": tie.carried_by,
                    "confirmed": "one" if tie.source_answer else "none",
                }
                for key, tie in ties.items()
                if set(key.split()[:2]) <= actors.keys()
            },
            "statements": {
                key: {
                    "level": one.level,
                    "confirmed_on": one.confirmed_on and one.confirmed_on.isoformat(),
                }
                for key, one in self.statements.items()
                if key.split()[0] in actors
            },
            "memberships": {
                key: {"function": "helps"} for key in self.places if key.split()[1] in self.own
            },
        }


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_between_two_snapshots_come_back_as_exactly_their_difference(seed):
    random = Random(seed)
    ledger = Ledger(random)
    first = take_snapshot(ledger.city).snapshot
    before = ledger.truth()
    for _number in range(random.randrange(1, 30)):
        ledger.edit()
    after = ledger.truth()
    take_snapshot(ledger.city)
    first = Snapshot.objects.order_by("pk").first()
    second = Snapshot.objects.order_by("pk").last()

    change = difference(first.inputs, second.inputs)

    for table, fields in (
        ("actors", {"sector"}),
        ("ties", {"status", "carried_by", "confirmed"}),
        ("statements", {"level", "confirmed_on"}),
        ("memberships", {"function"}),
    ):
        found, old, new = change.tables[table], before[table], after[table]
        assert (found.came.keys(), found.left.keys()) == (new.keys() - old, old.keys() - new)
        assert {key: {n: row[n] for n in fields} for key, row in found.came.items()} == {
            key: new[key] for key in new.keys() - old
        }
        assert found.changed == {
            key: {n: (old[key][n], new[key][n]) for n in old[key] if old[key][n] != new[key][n]}
            for key in old.keys() & new
            if old[key] != new[key]
        }
    assert apply(first.inputs, change) == second.inputs
    assert apply(second.inputs, difference(second.inputs, first.inputs)) == first.inputs
    assert {cell.competency: (cell.from_, cell.to) for cell in change.cells} == {
        old["competency"]: (old["state"], new["state"])
        for old, new in zip(first.results["cells"], second.results["cells"], strict=True)
        if old["state"] != new["state"]
    }


# ── Which day ────────────────────────────────────────────────────────────────────────────────────


def test_snapshot_of_an_earlier_day_has_the_ties_of_that_day(town):
    tie = Relationship.objects.get(source__slug="club")
    tie.started_on = date(2018, 1, 1)
    tie.ended_on = date(2018, 3, 1)
    tie.save()

    def ties(day):
        return sorted(take_snapshot(town, as_of=day).snapshot.inputs["ties"])

    others = ["fund lab shares_data 1", "hall lab shares_data 1"]
    assert ties(date(2018, 2, 1)) == ["club lab shares_data 1", *others]
    assert ties(None) == others


@time_machine.travel("2026-05-04")
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 5, 5), "May 5, 2026 is still to come: a snapshot keeps what is known by now."),
        (
            date(2018, 6, 29),
            "Nothing on the map of Town is older than June 30, 2018: name that day or a later one.",
        ),
        (date(1492, 1, 1), "1492-01-01 is too early: name a day from 1900-01-01 on."),
    ],
)
def test_snapshot_of_a_day_that_cannot_be_known_is_refused(town, day, sentence):
    with pytest.raises(SnapshotRefused) as refused:
        take_snapshot(town, as_of=day)

    assert str(refused.value) == sentence
    assert Snapshot.objects.count() == 0


def test_monthly_snapshot_is_one_a_calendar_month():
    city = CityFactory()
    days = ["2026-01-31", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2027-03-01"]
    found = []
    for day in days:
        with time_machine.travel(day):
            found.append(take_monthly_snapshot(city).is_new)

    assert found == [True, False, True, False, True, True]
    assert Snapshot.objects.count() == 4


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [1, 50])
def test_rows_of_any_number_of_snapshots_take_one_query_and_no_inputs(count):
    city = CityFactory()
    SnapshotFactory.create_batch(count, city=city)
    SnapshotFactory(city=CityFactory())

    with CaptureQueriesContext(connection) as queries:
        rows = load_snapshot_rows(city, operator())

    assert len(rows) == count
    assert rows[0].figures["states"]["unknown"] == 12
    (query,) = queries.captured_queries
    assert '"inputs"' not in query["sql"]


# ── The command ──────────────────────────────────────────────────────────────────────────────────


def snapshot(*words, **options):
    out = io.StringIO()
    call_command("snapshot", *words, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def refusal(*words, **options):
    with pytest.raises(CommandError) as refused:
        snapshot(*words, **options)
    return refused.value.returncode, str(refused.value)


def test_command_says_in_one_line_what_it_did(town):
    first = snapshot("town", note="before")
    kept = Snapshot.objects.get()

    assert first == (
        f"Took snapshot {kept.pk} of Town as of June 30, 2018: organizations on the map 4, ties 3, "
        "skills covered 1 of 12.\n"
    )
    assert kept.note == "before"
    assert snapshot("town") == (
        f"Nothing changed in Town since snapshot {kept.pk} as of June 30, 2018: none taken.\n"
    )
    assert snapshot("town", "--monthly") == (
        f"Town has a snapshot of this month already: number {kept.pk}.\n"
    )


def test_command_takes_one_of_each_city_a_month(town):
    CityFactory(private=True)

    with time_machine.travel("2026-01-05"):
        assert snapshot("--all", "--monthly") == "2 snapshots taken.\n"
        assert snapshot("--all", "--monthly") == ("0 snapshots taken. 2 cities had one already.\n")
    with time_machine.travel("2026-02-05"):
        assert snapshot("--all", "--monthly") == "1 snapshot taken. 1 city had one already.\n"
    assert Snapshot.objects.count() == 3  # the town's map is historic: it stays as it is


def test_command_leaves_a_city_out_whose_map_is_younger_than_the_day(town):
    CityFactory(slug="young", map_date=date(2020, 1, 1))

    assert snapshot("--all", "--as-of", "2019-01-01") == (
        "1 snapshot taken. 1 city was left out.\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tonw"], "No city is called “tonw”. Did you mean town?"),
        ([], "Name one city, or use --all for every city."),
        (["town", "--all"], "Name one city, or use --all for every city."),
        (
            ["town", "--monthly", "--note", "x"],
            "--monthly is of the map's own day and has no note.",
        ),
        (["town", "--as-of", "soon"], "“soon” is not a date. Write it like 2018-06-30."),
        (
            ["town", "--as-of", "2017-01-01"],
            "Nothing on the map of Town is older than June 30, 2018: name that day or a later one.",
        ),
        (
            ["town", "--note", "x" * 201],
            "The note has 201 characters; 200 are kept at most.",
        ),
    ],
)
def test_command_refuses_with_a_sentence_and_status_2(town, words, sentence):
    assert refusal(*words) == (2, sentence)
    assert Snapshot.objects.count() == 0
