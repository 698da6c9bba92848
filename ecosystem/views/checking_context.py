"""Entries of the list of things to check, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.framework import REVERSE_TIE_LABELS, TieKind
from actors.models import Actor, City, Proposal, Relationship
from actors.models.dismissal import DEAD_END, DISPUTED, DUPLICATE
from actors.models.relationship import SideAnswer
from actors.proposed import changes_of, field_label, in_words
from ecosystem.addresses import page_of
from ecosystem.selectors.checking import (
    CLAIM,
    PROPOSAL,
    PROPOSED,
    STALE,
    UNCONFIRMED,
    Entry,
    Queue,
    Records,
)

KIND_LABELS: Final[Mapping[str, str | Promise]] = {
    PROPOSED: gettext_lazy("Proposed organizations"),
    PROPOSAL: gettext_lazy("Proposed changes"),
    CLAIM: gettext_lazy("“This is us”"),
    DISPUTED: gettext_lazy("Disputed ties"),
    DUPLICATE: gettext_lazy("Possible duplicates"),
    STALE: gettext_lazy("Stale records"),
    UNCONFIRMED: gettext_lazy("Never confirmed"),
    DEAD_END: gettext_lazy("Dead ends"),
}

KIND_NOTES: Final[Mapping[str, str | Promise]] = {
    PROPOSED: gettext_lazy("Somebody added them. They are on the map once you publish them."),
    PROPOSAL: gettext_lazy("Somebody knows better. Compare, then accept or decline."),
    CLAIM: gettext_lazy("Somebody asks to look after a record. Approve people you know."),
    DISPUTED: gettext_lazy("One side says that it is not so. The other side is not told."),
    DUPLICATE: gettext_lazy(
        "Records with nearly the same name. Merge them, or say that they differ."
    ),
    STALE: gettext_lazy("Nobody has said for two years that they are still right."),
    UNCONFIRMED: gettext_lazy("Nobody has said on which day they were right."),
    DEAD_END: gettext_lazy("No tie, no place and no website: a reader gets nowhere from them."),
}


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done with one click."""

    action: str
    label: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A field of a proposal in words. ``was`` is what the proposer saw, when it is no longer so."""

    label: str
    now: str
    after: str
    was: str = ""
    is_done: bool = False


@dataclass(slots=True)
class Item:
    """One entry. ``version`` and ``record_version`` go along with every button."""

    entry: Entry
    label: str
    actor: Actor
    url: str
    said: list[str] = field(default_factory=list)
    other: Actor | None = None
    other_url: str = ""
    quote: str = ""
    changes: list[ChangeRow] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    version: int = 0
    has_conflict: bool = False
    needs_answer: bool = False

    @property
    def anchor(self) -> str:
        return f"{self.entry.kind}-{self.entry.key}"


def items_of(
    entries: list[Entry], queue: Queue, records: Records, city: City | None
) -> Iterator[Item]:
    """The entries in words; one whose record went meanwhile is left out."""
    makers = {
        PROPOSED: _proposed,
        PROPOSAL: _proposal,
        CLAIM: _claim,
        DISPUTED: _disputed,
        DUPLICATE: _duplicate,
        STALE: _old,
        UNCONFIRMED: _old,
        DEAD_END: _dead_end,
    }
    for entry in entries:
        item = makers[entry.kind](entry, queue, records, city)
        if item is not None:
            yield item


def _address(actor: Actor, city: City | None) -> str:
    return page_of("actor", city if actor.city_id else None, actor.slug)


def _about(entry: Entry, actor: Actor | None, city: City | None) -> Item | None:
    if actor is None:
        return None
    label = str(KIND_LABELS[entry.kind])
    return Item(entry, label, actor, _address(actor, city), version=actor.version)


def _proposed(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    item = _about(entry, records.actors.get(int(entry.key)), city)
    if item is not None:
        item.said = [str(item.actor.get_sector_display())]
        item.quote = item.actor.description
        item.buttons = [
            Button("publish", _("Publish"), is_primary=True),
            Button("decline", _("Decline")),
        ]
    return item


def _old(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    item = _about(entry, records.actors.get(int(entry.key)), city)
    if item is not None:
        last = records.checked[item.actor.pk].last_on
        item.said = [
            _("Last confirmed on %(day)s.") % {"day": date_format(last)}
            if last
            else _("Nobody has said yet on which day this was right.")
        ]
        item.buttons = [Button("confirm", _("Still right: confirm today"), is_primary=True)]
    return item


def _dead_end(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    item = _about(entry, records.actors.get(int(entry.key)), city)
    if item is not None:
        item.said = [_("It has no tie, no place and no website.")]
        item.buttons = [
            Button("fine", _("Fine as it is")),
            Button("archive", _("Archive it")),
        ]
    return item


def _claim(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    steward = records.claims.get(int(entry.key))
    item = _about(entry, steward.actor if steward else None, city)
    if item is not None and steward is not None:
        person = steward.user
        named = f"{person.name} ({person.email})" if person.name else person.email
        item.said = [_("%(person)s asks to look after this record.") % {"person": named}]
        item.version = steward.version
        item.buttons = [
            Button("approve", _("Approve"), is_primary=True),
            Button("decline", _("Decline")),
        ]
    return item


def _disputed(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    tie = records.ties.get(int(entry.key))
    item = _about(entry, tie.source if tie else None, city)
    if item is not None and tie is not None:
        item.said = [tie_in_words(tie), *_who_disputes(tie)]
        item.version = tie.version
        item.other, item.other_url = tie.target, _address(tie.target, city)
        item.buttons = [
            Button("keep", _("Keep the tie")),
            Button("remove", _("Take the tie away")),
        ]
    return item


def tie_in_words(tie: Relationship) -> str:
    """A tie as a sentence."""
    return _("%(first)s – %(kind)s – %(second)s.") % {
        "first": tie.source.name,
        "kind": tie.get_kind_display(),
        "second": tie.target.name,
    }


def tie_from(tie: Relationship, actor: Actor) -> str:
    """What a tie is about, read from one of its sides."""
    kind = TieKind(tie.kind)
    return str(kind.label if tie.source_id == actor.pk else REVERSE_TIE_LABELS[kind])


def _who_disputes(tie: Relationship) -> Iterator[str]:
    for side, answer, day in (
        (tie.source, tie.source_answer, tie.source_answered_on),
        (tie.target, tie.target_answer, tie.target_answered_on),
    ):
        said = {"actor": side.name, "day": date_format(day) if day else "–"}
        if answer == SideAnswer.DISPUTED:
            yield _("%(actor)s said on %(day)s that this is not so.") % said
        elif answer == SideAnswer.CONFIRMED:
            yield _("%(actor)s said on %(day)s that this is so.") % said


def _duplicate(entry: Entry, queue: Queue, records: Records, city: City | None) -> Item | None:
    first, second = (records.actors.get(int(pk)) for pk in entry.key.split("-"))
    item = _about(entry, first, city)
    if item is None or first is None or second is None:
        return None
    item.other, item.other_url = second, _address(second, city)
    pair = queue.pairs[entry.key]
    item.said = [
        _("One name or another of theirs is nearly the same, and so is their website.")
        if pair.same_site
        else _("One name or another of theirs is nearly the same.")
    ]
    item.buttons = [Button("different", _("They are different"))]
    item.links = [
        {
            "label": _("Compare and merge"),
            "url": f"{page_of('merge', city)}?keep={first.slug}&merge={second.slug}",
        }
    ]
    return item


def _proposal(entry: Entry, _queue: Queue, records: Records, city: City | None) -> Item | None:
    proposal = records.proposals.get(int(entry.key))
    item = _about(entry, proposal.actor if proposal else None, city)
    if item is None or proposal is None:
        return None
    record = records.targets.get((proposal.subject, proposal.record or 0))
    who = proposal.proposed_by
    day = date_format(proposal.created_at)
    said = {"what": proposal.get_subject_display(), "person": who or _("Somebody"), "day": day}
    item.said = [_("%(what)s: %(person)s proposed this on %(day)s.") % said]
    item.quote = proposal.reason
    item.needs_answer = True
    if proposal.record is not None and record is None:
        item.said.append(_("The record that this was about is gone. Decline it, and say so."))
        return item
    item.version = record.version if record is not None else 0
    item.changes = change_rows(proposal, record, records.names)
    item.has_conflict = any(row.was for row in item.changes)
    label = _("Accept all the same") if item.has_conflict else _("Accept")
    item.buttons = [Button("accept", label, is_primary=True)]
    return item


def change_rows(
    proposal: Proposal, record: Any, names: Mapping[tuple[str, Any], str]
) -> list[ChangeRow]:
    """Field by field: what is stored now and what it would be."""
    rows = []
    for change in changes_of(proposal, record):

        def say(value: Any, name: str = change.name) -> str:
            return in_words(proposal, name, value, names)

        rows.append(
            ChangeRow(
                label=field_label(proposal, change.name),
                now=say(change.now),
                after=say(change.after),
                was=say(change.before) if change.is_conflict else "",
                is_done=change.is_done,
            )
        )
    return rows
