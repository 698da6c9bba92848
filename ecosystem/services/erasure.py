"""A person's data leaves: on request, or when nobody needs it any longer.

What people say of themselves goes wherever it is kept: account, roles, contacts, invitations,
messages, sessions, second steps, and the traces in the history of all of them. Organizations and
what is known of them stay; who entered it does not.

An address means one person: it is also taken out of every text. A name, or a telephone number of a
contact, may be somebody else's as well: texts that hold them are listed, and only changed when that
is asked for. No program finds a person who is spoken of without either.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, JSONField, Model, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import Campaign, City, Contact, Invitation, OutboxMessage
from actors.models.campaign import CampaignStatus
from actors.services import raise_revisions
from collaboratives.models import Story
from ecosystem.common.models import VersionedModel
from ecosystem.models import Introduction, StoredResult

ERASED: Final = "[erased]"
"""What stands in a text where somebody's data was."""

SHORTEST_NAME: Final = 4
"""Shorter names and numbers stand for too many things to be looked for."""

KEEP_MONTHS: Final = 12
"""So long after a campaign ended its addresses are kept, unless somebody says otherwise."""

MONTH: Final = timedelta(days=30)


class NotErased(Exception):
    """This person can't be erased; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text that holds the person's name: the record's kind and number, and the field."""

    model: str
    record: Any
    field: str


@dataclass(slots=True)
class Erasure:
    """What goes, counted by what it is; and the texts that were only found."""

    counts: Counter[str] = field(default_factory=Counter)
    texts: list[Found] = field(default_factory=list)
    has_account: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.counts or self.texts)


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    user: User | None
    contacts: list[Contact]
    invitations: list[int]

    @property
    def names(self) -> list[str]:
        """Names and numbers of the person; others may have them, too."""
        found = {one.name for one in self.contacts} | {one.phone for one in self.contacts}
        if self.user is not None:
            found.add(self.user.name)
        long_enough = (text for text in found if len(text) >= SHORTEST_NAME)
        return sorted(long_enough, key=lambda text: (-len(text), text))


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def erase_person(email: str, *, names_too: bool = False, dry_run: bool = False) -> Erasure:
    """Take everything about the person with this address out of the database.

    ``names_too`` also takes the name out of all texts. A dry run does the same and takes it back,
    so that what it says is what would go. Raises ``NotErased`` for the last administrator.
    """
    done = Erasure()
    try:
        with transaction.atomic():
            person = _find(email.strip())
            _refuse_the_last_administrator(person)
            done.has_account = person.user is not None
            _erase(person, done.counts)
            _erase_from_texts([person.email], done.counts)
            if names_too:
                _erase_from_texts(person.names, done.counts)
            else:
                done.texts = list(_texts_with(person.names))
            if not done.is_empty:
                _forget_what_was_computed()
            if dry_run:
                raise _DryRun
    except _DryRun:
        return done
    if not done.is_empty:
        cache.clear()  # it may hold a page, or an address under a limit
    return done


def apply_retention(*, months: int = KEEP_MONTHS, dry_run: bool = False) -> Counter[str]:
    """Forget the addresses and messages of campaigns that ended so many months ago.

    Which organization was asked, and when it answered, stays. Sessions that ended go as well.
    """
    counts: Counter[str] = Counter()
    now = timezone.now()
    before = now - months * MONTH
    ended = Q(ends_on__lt=before.date()) | Q(
        status=CampaignStatus.STOPPED, ends_on=None, updated_at__lt=before
    )
    try:
        with transaction.atomic():
            campaigns = Campaign.objects.filter(ended)
            invitations = Invitation.objects.filter(campaign__in=campaigns)
            _count(
                counts,
                OutboxMessage,
                OutboxMessage.objects.filter(invitation__in=invitations).delete()[0],
            )
            known = invitations.exclude(email="").exclude(email__endswith=f"@{NOWHERE}")
            _count(counts, Invitation, _blank_invitations(known))
            _count(counts, Session, Session.objects.filter(expire_date__lt=now).delete()[0])
            if dry_run:
                raise _DryRun
    except _DryRun:
        return counts
    return counts


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────


def _find(email: str) -> _Person:
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    contacts = list(Contact.objects.filter(email__iexact=email))
    invitations = Invitation.objects.filter(Q(email__iexact=email) | Q(contact__in=contacts))
    return _Person(email, user, contacts, list(invitations.values_list("pk", flat=True)))


def _refuse_the_last_administrator(person: _Person) -> None:
    if person.user is None or not (person.user.is_superuser and person.user.is_active):
        return
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.user.pk)
    if not others.exists():
        raise NotErased(
            _("This is the last administrator: make somebody else one first, then erase.")
        )


# ── What is about the person ─────────────────────────────────────────────────────────────────────


def _erase(person: _Person, counts: Counter[str]) -> None:
    _count(counts, Session, _end_sessions(person))
    invited = Invitation.objects.filter(pk__in=person.invitations)
    messages = OutboxMessage.objects.filter(invitation__in=person.invitations)
    _count(counts, OutboxMessage, messages.delete()[0])
    _count(counts, Invitation, _blank_invitations(invited))
    invited.update(contact=None)
    history: Any = Invitation.history
    history.filter(id__in=person.invitations).update(contact=None)
    contacts = [one.pk for one in person.contacts]
    for contact in person.contacts:
        contact.skip_history_when_saving = True  # type: ignore[attr-defined]
        contact.delete()
    _count(counts, Contact, len(contacts))
    past: Any = Contact.history
    _count(counts, past.model, past.filter(id__in=contacts).delete()[0])
    _blank_where_named(Introduction, "assigned_to", person, counts)
    _blank_where_named(Story, "teller", person, counts)
    if person.user is not None:
        _erase_account(person.user, counts)


def _blank_where_named(model: Any, name: str, person: _Person, counts: Counter[str]) -> None:
    """A field that holds nothing but who somebody is: the history of it as well."""
    is_person = Q()
    for text in (person.email, *person.names):
        is_person |= Q(**{f"{name}__iexact": text})
    for owner in (model, model.history.model):
        if name not in {one.name for one in owner._meta.concrete_fields}:
            continue
        values: dict[str, Any] = {name: ""}
        if issubclass(owner, VersionedModel):
            values["version"] = F("version") + 1
        _count(counts, owner, owner._base_manager.filter(is_person).update(**values))


def _erase_account(user: User, counts: Counter[str]) -> None:
    """The account with all that hangs on it, and the number of it wherever it is noted."""
    pk = user.pk
    noted = sum(
        model._base_manager.filter(**{name: pk}).update(**{name: None})
        for model, name in _links_to_users()
        if not _is_about(model, name)
    )
    if noted:
        counts[_("notes of who did it")] += noted
    _deleted, by_model = user.delete()
    for label, count in by_model.items():
        _count(counts, apps.get_model(label), count)
    for model, name in _links_to_users():
        if _is_about(model, name):
            _count(counts, model, model._base_manager.filter(**{name: pk}).delete()[0])
    past: Any = User.history
    past.filter(history_user=pk).update(history_user=None)
    _count(counts, past.model, past.filter(id=pk).delete()[0])


def _links_to_users() -> Iterator[tuple[type[Model], str]]:
    for model in _models():
        for link in model._meta.concrete_fields:
            if link.related_model is User:
                yield model, link.name


def _is_about(model: type[Model], name: str) -> bool:
    """Whether a row is about the person, not only entered by it."""
    return name == "user" or not model._meta.get_field(name).null


NOWHERE: Final = "erased.invalid"
"""Host of the placeholders of addresses: an invitation is one of a kind by its address."""


def _blank_invitations(rows: Any) -> int:
    number = Cast("pk", CharField())
    return rows.update(
        email=Concat(Value("erased-"), number, Value(f"@{NOWHERE}")),
        token_hash=None,
        revoked_at=timezone.now(),
    )


def _end_sessions(person: _Person) -> int:
    """Sessions of the account, of its personal links, and those that hold the address."""
    ended = []
    for session in Session.objects.iterator():
        data = session.get_decoded()
        links = [value.get("invitation") for value in data.values() if isinstance(value, dict)]
        is_own = person.user is not None and data.get("_auth_user_id") == str(person.user.pk)
        holds = person.email.lower() in json.dumps(data, default=str).lower()
        if is_own or holds or set(links) & set(person.invitations):
            ended.append(session.pk)
    return Session.objects.filter(pk__in=ended).delete()[0]


def _count(counts: Counter[str], model: type[Model], count: int) -> None:
    if count:
        counts[str(model._meta.verbose_name_plural)] += count


# ── Texts ────────────────────────────────────────────────────────────────────────────────────────


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model is not Session:
            yield model


def _text_fields(model: type[Model]) -> list[Any]:
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, CharField | TextField | JSONField) and not one.primary_key
    ]


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """One of the terms on its own, in any case: "ann@x.org" is not in "joann@x.org"."""
    either = "|".join(re.escape(term) for term in terms)
    return re.compile(rf"(?<![\w.%+-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)


def _rows_with(model: type[Model], terms: Collection[str]) -> Iterator[tuple[Any, list[Any]]]:
    """Rows that hold one of the terms, with the fields that do."""
    fields = _text_fields(model)
    if not (fields and terms):
        return
    columns = {f"as_text_{one.name}": Cast(one.name, TextField()) for one in fields}
    holds = Q()
    for column in columns:
        for term in terms:
            # SQLite keeps JSON with other letters than English ones written as numbers.
            for form in {term, json.dumps(term)[1:-1], json.dumps(term, ensure_ascii=False)[1:-1]}:
                holds |= Q(**{f"{column}__icontains": form})
    names = [one.attname for one in fields]
    pattern = _pattern(terms)
    for row in model._base_manager.alias(**columns).filter(holds).values("pk", *names):
        held = [
            one
            for one in fields
            if any(pattern.search(text) for text in _strings(row[one.attname]))
        ]
        if held:
            yield row, held


def _strings(value: Any) -> Iterator[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(key)
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _texts_with(terms: Collection[str]) -> Iterator[Found]:
    for model in _models():
        for row, held in _rows_with(model, terms):
            for one in held:
                yield Found(str(model._meta.verbose_name), row["pk"], str(one.verbose_name))


def _erase_from_texts(terms: Collection[str], counts: Counter[str]) -> None:
    """In place, live rows and history alike; a new version keeps an open form from saving it back.

    No row of the history is written: it would say once more what was taken out.
    """
    for model in _models():
        changed = 0
        for row, held in list(_rows_with(model, terms)):
            values = {one.attname: _without(row[one.attname], _pattern(terms)) for one in held}
            _rewrite(model, row["pk"], held, values)
            changed += 1
        if changed:
            counts[_("texts of %(kind)s") % {"kind": model._meta.verbose_name_plural}] += changed


def _rewrite(model: type[Model], pk: Any, held: list[Any], values: dict[str, Any]) -> None:
    rows = model._base_manager.filter(pk=pk)
    raised: dict[str, Any] = {}
    if issubclass(model, VersionedModel):
        raised["version"] = F("version") + 1
    try:
        with transaction.atomic():
            rows.update(**_cut(held, values, ""), **raised)
    except IntegrityError:
        # Two that differed in nothing but what was taken out: the number keeps them apart.
        rows.update(**_cut(held, values, f" ({pk})"), **raised)


def _cut(held: list[Any], values: dict[str, Any], mark: str) -> dict[str, Any]:
    """The values with ``mark`` behind, no longer than their columns."""
    cut = {}
    for one in held:
        value = values[one.attname]
        if isinstance(value, str):
            longest = one.max_length
            value = (value if longest is None else value[: longest - len(mark)]) + mark
        cut[one.attname] = value
    return cut


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, dict):
        return {_without(key, pattern): _without(item, pattern) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without(item, pattern) for item in value]
    return value


def _forget_what_was_computed() -> None:
    """Kept results may hold a name; all maps are computed anew."""
    StoredResult.objects.all().delete()
    cities = list(City.objects.values_list("pk", flat=True))
    for ties in (True, False):
        raise_revisions(cities, ties=ties)
