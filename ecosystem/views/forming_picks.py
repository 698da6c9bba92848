"""Whom one can choose from when a collaborative is formed: by search, by issue, by sector."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from actors.filters import folded
from actors.framework import Sector
from ecosystem.analysis.data import Actor
from ecosystem.findings.text import Text, listed, say, sentences
from ecosystem.mapview.search import is_found, searchable
from ecosystem.selectors.issues import WorkOnIssue


@dataclass(frozen=True, slots=True)
class Pick:
    """An organization with its check box. ``note`` says why it is proposed."""

    slug: str
    name: str
    sector: str
    checked: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class PickGroup:
    """Organizations under one heading, by name.

    ``about`` is what people wrote, to stand behind the heading; ``all`` what a button adds, the
    slugs of those that are not chosen yet.
    """

    key: str
    label: str | Promise
    options: tuple[Pick, ...]
    open: bool
    about: str = ""
    all: str = ""


def groups_found(
    actors: Iterable[Actor], chosen: Collection[str], words: Sequence[str]
) -> list[PickGroup]:
    """Those that a search finds, then those that are chosen already and that it does not find."""
    everyone = _by_name(actors)
    found = [one for one in everyone if is_found(words, searchable(one.name))]
    rest = [one for one in everyone if one.slug in chosen and one not in found]
    groups = [PickGroup("found", _("Found"), _picks(found, chosen), open=True)]
    if rest:
        groups.append(PickGroup("chosen", _("Also at the table"), _picks(rest, chosen), open=True))
    return groups


def groups_of_all(
    actors: Iterable[Actor],
    chosen: Collection[str],
    work: Mapping[int, WorkOnIssue],
    issue: str,
) -> list[PickGroup]:
    """Everybody on the map: first those at ``work`` (by id) on the issue of that name, with the
    reason, then the others by sector. A sector with somebody chosen is unfolded."""
    everyone = _by_name(actors)
    at_work = [one for one in everyone if one.id in work]
    groups = []
    if at_work:
        groups.append(
            PickGroup(
                "issue",
                _("Work on this issue:"),
                _picks(at_work, chosen, work),
                open=True,
                about=issue,
                all=",".join(one.slug for one in at_work if one.slug not in chosen),
            )
        )
    for sector in Sector:
        own = [one for one in everyone if one.sector == sector and one.id not in work]
        if own:
            is_open = any(one.slug in chosen for one in own)
            groups.append(PickGroup(sector.value, sector.label, _picks(own, chosen), open=is_open))
    return groups


def _by_name(actors: Iterable[Actor]) -> list[Actor]:
    return sorted(actors, key=lambda actor: (folded(actor.name), actor.slug))


def _picks(
    actors: Iterable[Actor], chosen: Collection[str], work: Mapping[int, WorkOnIssue] | None = None
) -> tuple[Pick, ...]:
    return tuple(
        Pick(
            one.slug,
            one.name,
            one.sector,
            one.slug in chosen,
            _why(work[one.id]) if work else None,
        )
        for one in actors
    )


def _why(work: WorkOnIssue) -> Text:
    """Why one can say that an actor works on an issue."""
    told: list[Text] = []
    if work.itself:
        told.append(Text((_("Recorded as working on it."),)))
    if work.tables:
        told.append(say(_("Sits at the table of %(names)s."), names=listed(list(work.tables))))
    return sentences(*told)
