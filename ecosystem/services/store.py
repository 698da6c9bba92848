"""Results kept from one reader to the next, each under a key of everything it depends on.

There is one row for each kind of result, scope and audience. A reader works out the key from the
revisions of the maps, which are raised in the transaction of every edit, and reads the row; if the
row has another key, or there is none, the first reader computes while the others wait, and the row
is replaced. Nothing expires with time, and nothing is kept in the memory of a process.

The key is read before the data it stands for. A value computed from rows that somebody changed in
between then lies under the older key, which no reader asks for again; the other way round, old
rows would pass for new ones. Inside a transaction the row shares its fate, and is gone when it is
rolled back.

Rows do not pile up: a scope keeps the ``AUDIENCES_KEPT`` that asked last, and a deleted city takes
its rows along.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache as once
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep
from typing import Any, Final

import brotli
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.rules import Viewer, is_national, operator
from actors import rules
from actors.framework import Visibility
from actors.models import Actor, City, SkillStatement, Source
from actors.models.city import CityRoleKind
from collaboratives.models import Collaborative
from ecosystem.analysis.defaults import METHOD
from ecosystem.models import StoredResult
from ecosystem.selectors.maps import map_day
from ecosystem.services.prepared import Prepared, Slot

logger = logging.getLogger(__name__)

AUDIENCES_KEPT: Final = 20
"""Per kind and scope. Most readers are one audience; each further one is a convener or somebody
who may see a map that is not public."""

BATCH: Final = 50
"""Scopes that are computed together: what they are made of is in memory together too."""

LOCK_SECONDS: Final = 10
"""How long one that died holds up the others. The largest city, of 5,000 actors, takes half."""

WAIT_SECONDS: Final = 20
"""How long a reader waits for others, then it computes as well: one of them may have died, and
the next one taken its place."""

POLL_SECONDS: Final = 0.03

QUALITY: Final = 5
"""Of Brotli's 11, for results: 47 KB in 2 ms to 28%. The best takes fifty times as long for a tenth
less."""

PAGE_QUALITY: Final = 10
"""For what is sent as it is kept: the page of a map of 1,000 actors in 22 ms to 8.8 KB, not 9.8."""

ANYONE: Final = "anyone"
NATIONAL: Final = "national"

APPS: Final = ("accounts", "actors", "collaboratives", "ecosystem")

Make = Callable[[Collection[str]], Mapping[str, Any]]
"""Given the scopes that must be computed: their values, which JSON can hold."""


# ── Reading and making ───────────────────────────────────────────────────────────────────────────


def read_or_make(kind: str, keys: Mapping[str, str], audience: str, make: Make) -> dict[str, Any]:
    """The values of all scopes: the stored ones with the right key, and the others made now.

    Parameters
    ----------
    kind
        What is kept, such as "gaps"; it names the form of the value too.
    keys
        By scope (``scope_of``), the key that its row must have. Read **before** the data from which
        ``make`` computes: ``map_keys`` or ``far_keys``, with whatever else the value depends on.
    audience
        Who may read it: ``audience_of``.
    make
        Computes the values of the scopes that it is given, at most ``BATCH`` at a time, as values
        that JSON can hold. It may give fewer than it was asked for. It reads as ``reader_of``.

    Returns
    -------
    dict
        By scope, in the order of ``keys``, as read back from JSON: made or stored, it is equal.
    """
    found = read_or_make_packed(kind, keys, audience, make)
    return {scope: unpack(body) for scope, body in found.items()}


def read_or_make_packed(
    kind: str, keys: Mapping[str, str], audience: str, make: Make
) -> dict[str, bytes]:
    """``read_or_make`` for those who pass the bytes on: JSON compressed by Brotli, or what was made
    as bytes."""
    found = _read(kind, keys, audience)
    if len(found) < len(keys):
        scopes = list(keys)
        for start in range(0, len(scopes), BATCH):
            batch = scopes[start : start + BATCH]
            missing = {scope: keys[scope] for scope in batch if scope not in found}
            if missing:
                # Named by the batch, not by what is missing of it: others may find more missing.
                lock = f"making-{digest(kind, audience, batch[0])}"
                found |= _make_in_turn(lock, kind, missing, audience, make)
    return {scope: found[scope] for scope in keys if scope in found}


def pack(value: Any) -> bytes:
    """Bytes are compressed as they are, everything else as JSON."""
    if isinstance(value, bytes):
        return brotli.compress(value, quality=PAGE_QUALITY)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return brotli.compress(text.encode(), quality=QUALITY)


def unpack(body: bytes) -> Any:
    return json.loads(brotli.decompress(body))


def _read(kind: str, keys: Mapping[str, str], audience: str) -> dict[str, bytes]:
    rows: Iterable[tuple[str, str, Any]]
    if len(keys) == 1:
        [scope] = keys
        rows = _one_row().fetch(kind=kind, audience=audience, scope=scope)
    else:
        kept = StoredResult.objects.filter(kind=kind, audience=audience, scope__in=keys)
        rows = kept.values_list("scope", "key", "body")
    return {scope: bytes(body) for scope, key, body in rows if keys[scope] == key}


@once
def _one_row() -> Prepared:
    rows = StoredResult.objects.filter(
        kind=Slot("kind"), audience=Slot("audience"), scope=Slot("scope")
    )
    return Prepared.of(rows.values_list("scope", "key", "body"))


def _make_in_turn(
    lock: str, kind: str, keys: Mapping[str, str], audience: str, make: Make
) -> dict[str, bytes]:
    """Compute, unless somebody else does: then wait for what they store."""
    if connection.in_atomic_block:
        # Waiting here could be for somebody who waits for the end of this transaction.
        return _make(kind, keys, audience, make)
    with _turn(lock) as others_went_first:
        found: dict[str, bytes] = {}
        for _ in others_went_first:
            found = _read(kind, keys, audience)
            if len(found) == len(keys):
                return found
        missing = {scope: key for scope, key in keys.items() if scope not in found}
        return found | _make(kind, missing, audience, make)


@contextmanager
def _turn(lock: str) -> Iterator[Iterator[None]]:
    """Have the lock in the body as soon as the iterator ends.

    The iterator gives the caller the chance to look again whether there is still something to do:
    while somebody else has the lock, and once when this one got it. It ends without the lock when
    that took too long: better computed twice than not at all.
    """
    own = token_hex(8)
    give_up = monotonic() + WAIT_SECONDS
    is_held = False

    def waiting() -> Iterator[None]:
        nonlocal is_held
        while monotonic() < give_up:
            is_held = cache.add(lock, own, LOCK_SECONDS)
            yield
            if is_held:
                return
            sleep(POLL_SECONDS)

    try:
        yield waiting()
    finally:
        # If it took longer than the lock lasts, it is somebody else's by now.
        if is_held and cache.get(lock) == own:
            cache.delete(lock)


def _make(kind: str, keys: Mapping[str, str], audience: str, make: Make) -> dict[str, bytes]:
    made = {scope: pack(value) for scope, value in make(keys.keys()).items()}
    now = timezone.now()
    rows = [
        StoredResult(
            kind=kind,
            scope=scope,
            audience=audience,
            key=keys[scope],
            body=body,
            made_at=now,
            city_id=_city_of(scope),
        )
        for scope, body in made.items()
    ]
    try:
        _write(kind, rows)
    except DatabaseError:
        # Such as a city deleted meanwhile, or a full disk. The reader gets the answer all the same.
        logger.warning("%s of %s could not be kept.", kind, ", ".join(made), exc_info=True)
    return made


def _write(kind: str, rows: Collection[StoredResult]) -> None:
    with transaction.atomic():
        StoredResult.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "scope", "audience"],
            update_fields=["key", "body", "made_at", "city"],
        )
        ours = StoredResult.objects.filter(kind=kind, scope__in=[row.scope for row in rows])
        crowded = ours.values("scope").annotate(audiences=Count("pk"))
        for scope in crowded.filter(audiences__gt=AUDIENCES_KEPT).values_list("scope", flat=True):
            newest = ours.filter(scope=scope).order_by("-made_at", "-pk")
            kept = list(newest.values_list("pk", flat=True)[:AUDIENCES_KEPT])
            ours.filter(scope=scope).exclude(pk__in=kept).delete()


# ── What a result is about, and for whom ─────────────────────────────────────────────────────────


def scope_of(city: City, collaborative: Collaborative | None = None) -> str:
    """The name of a scope: the id of its city, and of the collaborative on its map if it is one."""
    return f"{city.pk}" if collaborative is None else f"{city.pk}/{collaborative.pk}"


def _city_of(scope: str) -> int | None:
    city = scope.partition("/")[0]
    return int(city) if city.isdecimal() else None


def audience_of(user: Viewer, city: City | None = None) -> str:
    """A name for the readers who may see the same of a map as ``user``. No query for those without
    an account, two or three for others.

    "national" for national staff; "anyone" for most; and a name of their own for those to whom
    something more is visible: tie strengths of ``city`` when they convene it, maps that are not
    public, private sources of the cities they convene, and actors in their care on a map that they
    do not see. Nobody else reads what is kept for them, whose rights may change at any moment.

    Parameters
    ----------
    user
        Who reads.
    city
        Whose tie strengths the result may contain; None when it contains none.
    """
    if is_national(user):
        return NATIONAL
    if not user.is_authenticated or not user.is_active:
        return ANYONE
    roles = list(user.city_roles.values_list("city", "kind", "city__visibility"))
    cares = list(
        user.stewardships.approved()
        .filter(actor__city__isnull=False)
        .exclude(actor__city__visibility=Visibility.PUBLIC)
        .values_list("actor", "actor__city", "actor__city__visibility")
    )
    maps = {pk for pk, _kind, visibility in roles if visibility != Visibility.PUBLIC}
    maps |= {pk for _actor, pk, visibility in cares if visibility == Visibility.PARTNERS}
    actors = {actor for actor, pk, _visibility in cares if pk not in maps}
    convened = {pk for pk, kind, _visibility in roles if kind == CityRoleKind.CONVENER}
    more = (
        city is not None and city.pk in convened,
        sorted(maps),
        sorted(_with_private_informants(convened)),
        sorted(actors),
    )
    return digest(user.pk, more) if any(more) else ANYONE


def reader_of(user: Viewer, audience: str) -> Viewer:
    """As whom to read what is kept for an audience that ``user`` is of.

    What everybody reads is read as nobody: a right given to ``user`` while a result is computed
    must not get into it.
    """
    if audience == ANYONE:
        return AnonymousUser()
    return operator() if audience == NATIONAL else user


def _with_private_informants(cities: Collection[int]) -> set[int]:
    if not cities:
        return set()
    private = Source.objects.informants().filter(city__in=cities, is_public=False)
    return set(private.values_list("city", flat=True))


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────


def map_keys(cities: Iterable[City], *, as_of: date | None = None) -> dict[str, str]:
    """By scope, what a result depends on that is computed from each city's own map. One query.

    Its revisions, its day, the method and the program; and which maps are not public, because
    their actors can be visitors here. ``cities`` must be as the database has them now. A result
    that looks beyond the map needs ``far_keys``.
    """
    return _keys(cities, as_of, _hidden_maps().fetch())


def far_keys(cities: Iterable[City], user: Viewer, *, as_of: date | None = None) -> dict[str, str]:
    """``map_keys`` of results that look beyond their map, at who elsewhere has what. One query,
    over the cities and the national actors, never over all actors.

    Changes with every edit of anything on any map that ``user`` sees, or of a national actor. An
    edit raises a revision of the cities that show its record. Sums of revisions also change rightly
    when two edits are stored at the same time, which a greatest number would not; the number of
    cities and the greatest id tell when one went and another came. A national actor may be on no
    map: its version, and those of what it can do, stand in for revisions.
    """
    return _keys(cities, as_of, _country(user).fetch())


def country_keys(user: Viewer) -> dict[str, str]:
    """The key of what is made of all maps that ``user`` sees, under the one scope "country"."""
    return {"country": digest(program(), METHOD, sorted(_country(user).fetch()))}


def _keys(cities: Iterable[City], as_of: date | None, seen: list[Any]) -> dict[str, str]:
    seen = sorted(seen)  # in an order of their own: that of the database may vary
    return {
        scope_of(city): digest(
            program(), METHOD, as_of or map_day(city), city.tie_revision, city.fact_revision, seen
        )
        for city in cities
    }


@once
def _hidden_maps() -> Prepared:
    return Prepared.of(_hidden())


def _country(user: Viewer) -> Prepared:
    is_anybody = not is_national(user) and not (user.is_authenticated and user.is_active)
    return _country_for_anybody() if is_anybody else Prepared.of(country_of(user))


@once
def _country_for_anybody() -> Prepared:
    return Prepared.of(country_of(AnonymousUser()))


def country_of(user: Viewer) -> QuerySet[Any, Any]:
    """Rows of a text and four numbers, in any order, that change with the country: ``far_keys``."""
    return _hidden().union(
        sums_of(cities_seen(user), "cities", Sum("tie_revision"), Sum("fact_revision")),
        *(
            sums_of(rows, name, Sum("version"), Sum(F("pk") * F("version")))
            for name, rows in (
                ("actors", Actor.objects.filter(city=None)),
                ("statements", SkillStatement.objects.filter(actor__city=None)),
            )
        ),
        all=True,
    )


def cities_seen(user: Viewer) -> QuerySet[City]:
    """Whose map ``user`` sees, or an actor of which."""
    return City.objects.filter(rules.visible_cities(user) | Q(pk__in=_cities_cared_for(user)))


def _hidden() -> QuerySet[Any, Any]:
    """The maps that are not public, each with its id, in the columns of ``sums_of``."""
    hidden = City.objects.exclude(visibility=Visibility.PUBLIC).order_by()
    nothing = dict.fromkeys(("last", "one", "other"), Value(0))
    return hidden.annotate(**nothing).values_list("visibility", "pk", *nothing)


def sums_of(rows: QuerySet[Any], name: str, one: Sum, other: Sum) -> QuerySet[Any, Any]:
    """In one row: ``name``, how many, the greatest id, and two sums; 0 for none."""
    named = rows.order_by().annotate(of=Value(name)).values("of")
    sums = {"last": Max("pk"), "one": one, "other": other}
    summed = named.annotate(count=Count("pk"), **{key: Coalesce(sums[key], 0) for key in sums})
    return summed.values_list("of", "count", *sums)


def _cities_cared_for(user: Viewer) -> Collection[int] | QuerySet[Any, Any]:
    """Cities of actors in the user's care, who sees them even where the map is hidden."""
    if is_national(user) or not user.is_authenticated or not user.is_active:
        return []
    return user.stewardships.approved().values("actor__city")


@once
def program() -> str:
    """A digest of the program itself: another version finds other results in the same data."""
    root = Path(__file__).resolve().parents[2]
    return digest_of_files(file for app in APPS for file in (root / app).rglob("*.py"))


def digest_of_files(files: Iterable[Path]) -> str:
    return digest(*(file.read_bytes() for file in sorted(files)))


def digest(*parts: object) -> str:
    """30 letters that change with any of the parts, which show what they are (``repr``)."""
    return blake2b(repr(parts).encode(), digest_size=15).hexdigest()
