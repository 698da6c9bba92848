"""What is kept between readers: made once, read by whom it was made for, never when it is old."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from accounts.rules import is_national, operator
from actors.models import City
from actors.services import map_change, raise_revisions
from ecosystem.models import StoredResult
from ecosystem.services import store
from ecosystem.services.store import (
    audience_of,
    far_keys,
    map_keys,
    read_or_make,
    reader_of,
    scope_of,
)
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    SkillStatementFactory,
    SourceFactory,
    StewardFactory,
    UserFactory,
)

ANYBODY = AnonymousUser()

pytestmark = pytest.mark.django_db


class Maker:
    """Counts what it is asked for."""

    def __init__(self, value="value"):
        self.value = value
        self.asked = []

    def __call__(self, missing):
        self.asked.append(sorted(missing))
        return dict.fromkeys(missing, self.value)


# ── Kept and replaced ────────────────────────────────────────────────────────────────────────────


def test_a_value_is_made_once_and_then_read():
    make = Maker({"a": [1, 2.5, None], "é": "ü"})

    first = read_or_make("kind", {"x": "key"}, "anyone", make)
    second = read_or_make("kind", {"x": "key"}, "anyone", make)

    assert first == second == {"x": {"a": [1, 2.5, None], "é": "ü"}}
    assert make.asked == [["x"]]


def test_a_made_value_is_what_a_read_one_will_be():
    assert read_or_make("kind", {"x": "key"}, "anyone", Maker((1, (2,)))) == {"x": [1, [2]]}


def test_another_key_replaces_the_row():
    read_or_make("kind", {"x": "old"}, "anyone", Maker("old"))

    found = read_or_make("kind", {"x": "new"}, "anyone", Maker("new"))

    assert found == {"x": "new"}
    assert list(StoredResult.objects.values_list("scope", "key")) == [("x", "new")]


def test_only_what_is_missing_is_made():
    read_or_make("kind", {"a": "1", "b": "1"}, "anyone", Maker("old"))
    make = Maker("new")

    found = read_or_make("kind", {"c": "1", "b": "2", "a": "1"}, "anyone", make)

    assert list(found.items()) == [("c", "new"), ("b", "new"), ("a", "old")]
    assert make.asked == [["b", "c"]]


def test_what_cannot_be_made_is_left_out():
    assert read_or_make("kind", {"x": "key"}, "anyone", lambda missing: {}) == {}


def test_kinds_and_audiences_are_apart():
    read_or_make("kind", {"x": "key"}, "anyone", Maker("public"))

    assert read_or_make("other", {"x": "key"}, "anyone", Maker("other")) == {"x": "other"}
    assert read_or_make("kind", {"x": "key"}, "national", Maker("all")) == {"x": "all"}
    assert read_or_make("kind", {"x": "key"}, "anyone", Maker("never")) == {"x": "public"}


def test_many_scopes_are_made_in_batches_and_read_in_one_query(django_assert_num_queries):
    keys = {f"{number}-x": "key" for number in range(store.BATCH + 1)}
    make = Maker()
    read_or_make("kind", keys, "anyone", make)

    with django_assert_num_queries(1):
        found = read_or_make("kind", keys, "anyone", make)

    assert [len(asked) for asked in make.asked] == [store.BATCH, 1]
    assert found == dict.fromkeys(keys, "value")


# ── Rows go ──────────────────────────────────────────────────────────────────────────────────────


def test_a_deleted_city_takes_its_rows_along():
    town, other = CityFactory.create_batch(2)
    read_or_make("kind", {scope_of(town): "key", scope_of(other): "key"}, "anyone", Maker())

    town.delete()

    assert list(StoredResult.objects.values_list("scope", flat=True)) == [scope_of(other)]


def test_a_scope_keeps_the_audiences_that_asked_last():
    for number in range(store.AUDIENCES_KEPT + 3):
        read_or_make("kind", {"x": "key", "y": "key"}, f"{number}", Maker())

    kept = StoredResult.objects.filter(scope="x").values_list("audience", flat=True)
    assert sorted(map(int, kept)) == list(range(3, store.AUDIENCES_KEPT + 3))


def test_a_scope_of_a_collaborative_belongs_to_its_city():
    table = make_table(make_town())

    read_or_make("kind", {scope_of(table.city, table): "key"}, "anyone", Maker())

    assert StoredResult.objects.get().city == table.city


# ── Transactions ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_what_was_read_in_a_transaction_goes_with_it():
    town = make_town()

    def names(missing):
        return dict.fromkeys(missing, sorted(town.actors.values_list("name", flat=True)))

    def read():
        return read_or_make("names", map_keys([City.objects.get()]), "anyone", names)

    with transaction.atomic():
        town.actors.filter(slug="hall").update(name="Never")
        raise_revisions([town.pk], ties=True)
        inside = read()
        transaction.set_rollback(True)
    raise_revisions([town.pk], ties=True)  # the revision that was taken back comes again

    assert inside == {scope_of(town): ["Code Club", "Data Lab", "Never"]}
    assert read() == {scope_of(town): ["City Hall", "Code Club", "Data Lab"]}


def test_what_somebody_changed_meanwhile_is_not_kept_under_the_newer_key():
    town = make_town()
    keys = map_keys([town])

    def read_between(missing):
        before = "old rows"
        raise_revisions([town.pk], ties=False)
        return dict.fromkeys(missing, before)

    read_or_make("kind", keys, "anyone", read_between)
    town.refresh_from_db()

    assert read_or_make("kind", map_keys([town]), "anyone", Maker("new rows")) == {
        scope_of(town): "new rows"
    }


# ── Ten readers at once ──────────────────────────────────────────────────────────────────────────

TEN_READERS = """
import json, os, sys
from multiprocessing import get_context

import django

django.setup()
from django.db import connection
from ecosystem.services import store

made, dies = sys.argv[1], sys.argv[2] == "dies"
if dies:
    store.LOCK_SECONDS, store.WAIT_SECONDS = 1, 20


def make(missing):
    is_first = True
    with open(made, "a") as file:
        is_first = file.tell() == 0
        file.write(f"{os.getpid()}\\n")
    if dies and is_first:
        os._exit(1)
    sum(range(20_000_000))
    return dict.fromkeys(missing, "value")


def read(barrier, answers):
    connection.ensure_connection()
    barrier.wait()
    answers.put(store.read_or_make("kind", {"x": "key"}, "anyone", make))


fork = get_context("fork")
barrier, answers = fork.Barrier(10), fork.Queue()
readers = [fork.Process(target=read, args=(barrier, answers)) for _ in range(10)]
for reader in readers:
    reader.start()
found = [answers.get() for _ in range(9 if dies else 10)]
for reader in readers:
    reader.join()
print(json.dumps(found))
"""


def ten_readers(tmp_path, how):
    """What ten processes read at the same moment, and how many of them computed."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "copy.sqlite3")])
    else:
        name = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"]
        path, mark, query = url.partition("?")
        url = f"{path.rpartition('/')[0]}/{name}{mark}{query}"
    made = tmp_path / "made"
    done = subprocess.run(
        [sys.executable, "-c", TEN_READERS, str(made), how],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ecosystem.settings"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), len(made.read_text().splitlines())


@pytest.mark.django_db(transaction=True)
def test_ten_readers_compute_once(tmp_path):
    answers, made = ten_readers(tmp_path, "lives")

    assert answers == [{"x": "value"}] * 10
    assert made == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_one_that_computes_dies_another_takes_its_place(tmp_path):
    answers, made = ten_readers(tmp_path, "dies")

    assert answers == [{"x": "value"}] * 9
    # On PostgreSQL two may see that the lock has run out, at the same moment.
    assert 2 <= made <= 4


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_nobody_gives_back_keeps_nobody_waiting_for_ever(monkeypatch):
    monkeypatch.setattr(store, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(store.cache, "add", lambda *given: False)

    assert read_or_make("kind", {"x": "key"}, "anyone", Maker()) == {"x": "value"}


# ── Who reads what ───────────────────────────────────────────────────────────────────────────────


def test_most_readers_are_one_audience():
    town = CityFactory()
    signed_in, steward = UserFactory.create_batch(2)
    StewardFactory(user=steward, actor=ActorFactory(city=town))

    found = {audience_of(user, town) for user in (ANYBODY, signed_in, steward)}

    assert found == {"anyone"}
    assert audience_of(operator(), town) == "national"
    assert audience_of(UserFactory(is_national_staff=True, is_active=False), town) == "anyone"


def test_each_who_sees_more_is_another_audience():
    town, hidden, other = CityFactory(), CityFactory(private=True), CityFactory(private=True)
    partners = CityFactory(partners_only=True)
    readers = {
        "anybody": ANYBODY,
        "convener": CityRoleFactory(city=town).user,
        "viewer of one": CityRoleFactory(city=hidden, kind="viewer").user,
        "viewer of another": CityRoleFactory(city=other, kind="viewer").user,
        "convener of the hidden": CityRoleFactory(city=hidden).user,
        "steward of partners": StewardFactory(actor=ActorFactory(city=partners)).user,
        "steward in the hidden": StewardFactory(actor=ActorFactory(city=hidden)).user,
        "steward of its neighbor": StewardFactory(actor=ActorFactory(city=hidden)).user,
    }

    assert len({audience_of(user, town) for user in readers.values()}) == len(readers)


def test_what_everybody_reads_is_read_as_nobody():
    town = CityFactory()
    steward = StewardFactory(actor=ActorFactory(city=town)).user
    convener = CityRoleFactory(city=town).user

    assert reader_of(steward, audience_of(steward, town)) == ANYBODY
    assert reader_of(convener, audience_of(convener, town)) == convener
    assert is_national(reader_of(operator(), "national"))


def test_private_sources_make_their_conveners_an_audience():
    town, other = CityFactory.create_batch(2)
    convener = CityRoleFactory(city=other).user
    SourceFactory(city=other, is_public=False, is_informant=False)
    before = audience_of(convener, town)

    SourceFactory(city=other, is_public=False)

    assert before == "anyone"
    assert audience_of(convener, town) not in ("anyone", "national")


def test_strengths_count_only_where_they_are_asked_for():
    town = CityFactory()
    convener = CityRoleFactory(city=town).user

    assert audience_of(convener) == audience_of(convener, CityFactory()) == "anyone"
    assert audience_of(convener, town) != "anyone"


@pytest.mark.parametrize("kind", ["contributor", "viewer"])
def test_other_roles_on_a_public_map_show_nothing_more(kind):
    role = CityRoleFactory(kind=kind)

    assert audience_of(role.user, role.city) == "anyone"


def test_an_unapproved_steward_is_anybody():
    actor = ActorFactory(city=CityFactory(private=True))

    assert audience_of(StewardFactory(actor=actor, status="asked").user) == "anyone"


def test_an_audience_takes_three_queries_at_most(django_assert_num_queries):
    city = CityFactory(private=True)
    user = CityRoleFactory(city=city).user
    for _ in range(3):
        StewardFactory(user=user, actor=ActorFactory(city=CityFactory(partners_only=True)))

    with django_assert_num_queries(0):
        audience_of(ANYBODY, city)
    with django_assert_num_queries(3):
        audience_of(user, city)


# ── What a key changes with ──────────────────────────────────────────────────────────────────────


def own_key(city):
    return map_keys([City.objects.get(pk=city.pk)])[scope_of(city)]


def far_key(city, user=ANYBODY):
    return far_keys([City.objects.get(pk=city.pk)], user)[scope_of(city)]


def give_skill(actor):
    statement = SkillStatementFactory.build(actor=actor, competency="coding")
    with map_change(statement):
        statement.save()
    return statement


def test_an_edit_here_changes_both_keys():
    town = make_town()
    before = own_key(town), far_key(town)

    give_skill(town.actors.get(slug="club"))

    assert own_key(town) != before[0]
    assert far_key(town) != before[1]


def test_an_edit_elsewhere_changes_only_what_looks_there():
    town, other = make_town(), CityFactory()
    before = own_key(town), far_key(town)

    give_skill(ActorFactory(city=other))

    assert own_key(town) == before[0]
    assert far_key(town) != before[1]


@pytest.mark.parametrize("change", ["comes", "learns", "forgets", "hides"])
def test_a_national_actor_that_visits_nowhere_is_looked_at_too(change):
    town, actor = make_town(), ActorFactory(city=None)
    statement = give_skill(actor)
    before = far_key(town)

    if change == "comes":
        new = ActorFactory.build(city=None, slug="new")
        with map_change(new):
            new.save()
    elif change == "forgets":
        with map_change(statement):
            statement.delete()
    elif change == "learns":
        statement.level = 3
        with map_change(statement):
            statement.save()
    else:
        actor.status = "archived"
        with map_change(actor):
            actor.save()

    assert far_key(town) != before


def test_a_city_in_the_place_of_a_deleted_one_changes_the_key():
    town, gone = make_town(), CityFactory()
    raise_revisions([gone.pk], ties=True)
    before = far_key(town)

    gone.delete()
    come = CityFactory()
    raise_revisions([come.pk], ties=True)

    assert far_key(town) != before


def test_hiding_a_map_changes_all_keys():
    """Its actors that work here are gone from this map too, whose revisions stay."""
    town, other = make_town(), CityFactory()
    before = own_key(town), far_key(town)

    other.visibility = "private"
    with map_change(other):
        other.save()

    assert own_key(town) != before[0]
    assert far_key(town) != before[1]


def test_what_happens_on_a_hidden_map_shows_in_no_key_of_those_who_do_not_see_it():
    town, hidden = make_town(), CityFactory(private=True)
    actor, sealed = ActorFactory.create_batch(2, city=hidden)
    readers = {
        "anybody": ANYBODY,
        "viewer": CityRoleFactory(city=hidden, kind="viewer").user,
        "steward": StewardFactory(actor=actor).user,
        "national": operator(),
    }
    before = {who: far_key(town, user) for who, user in readers.items()}

    give_skill(sealed)

    changed = {who for who, user in readers.items() if far_key(town, user) != before[who]}
    assert changed == {"viewer", "steward", "national"}


def test_keys_take_one_query_however_many_cities(django_assert_num_queries):
    cities = CityFactory.create_batch(3)
    ActorFactory.create_batch(3, city=None, with_statements=2)

    with django_assert_num_queries(1):
        assert len(map_keys(cities)) == 3
    with django_assert_num_queries(1):
        assert len(far_keys(cities, ANYBODY)) == 3
