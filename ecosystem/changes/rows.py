"""The difference of two snapshots row by row, for tables and sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from actors.framework import Competency, Level, Role, Sector, TieKind, TieStatus
from collaboratives.models.collaborative import DecisionRole
from ecosystem.analysis.change import Change, FieldChanges, TableChange
from ecosystem.analysis.snapshot import Row, Values
from ecosystem.findings.text import Name, Text, day, listed
from ecosystem.maps.two_days import CAME, CHANGED, LEFT

Cell: TypeAlias = Text | Name | str

CONFIRMED: Final[Mapping[str, str | Promise]] = {
    "none": gettext_lazy("by neither side"),
    "one": gettext_lazy("by one side"),
    "both": gettext_lazy("by both sides"),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of a table: the ``sign`` of what happened, whom it is about, and what is told."""

    sign: str
    cells: tuple[Text, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """How organizations, cities and collaboratives of two snapshots are called.

    ``homes`` are the cities of those who have a page; only they become links.
    """

    before: Values
    after: Values
    homes: Mapping[str, str | None]
    cities: Mapping[str, str]

    def actor(self, slug: str) -> Name | str:
        """By its later name, if it has two."""
        for values in (self.after, self.before):
            for table in ("actors", "beyond"):
                if row := values[table].get(slug):
                    if slug not in self.homes:
                        return str(row["name"])
                    return Name(slug, row["name"], row["sector"], self.homes[slug])
        return slug

    def collaborative(self, slug: str) -> str:
        for values in (self.after, self.before):
            if row := values["collaboratives"].get(slug):
                return str(row["name"])
        return slug

    def city(self, slug: str | None) -> str:
        if slug is None:
            return _("national")
        return self.cities.get(slug, _("another city"))


def actor_rows(change: Change, names: Names) -> list[ChangeRow]:
    """Organizations that came onto the map, left it, or are described otherwise."""

    def detail(field: str, old: Any, new: Any) -> str:
        if field == "name":
            return _turned(_("Name"), old, new)
        if field == "sector":
            return _turned(_("Sector"), _label(Sector, old), _label(Sector, new))
        if field == "roles":
            return _turned(_("Roles"), _roles(old), _roles(new))
        if field == "city":
            return _turned(_("Home city"), names.city(old), names.city(new))
        if field == "part_of":
            parents = [_("none") if one is None else str(names.actor(one)) for one in (old, new)]
            return _turned(_("Part of"), *parents)
        if field == "informants":
            return _turned(_("Named by"), _sources(old), _sources(new))
        return ""

    return _rows(
        change.actors,
        subject=lambda key: (names.actor(key),),
        whole=lambda row: [_label(Sector, row["sector"])],
        detail=detail,
    )


def tie_rows(change: Change, names: Names) -> list[ChangeRow]:
    """Ties from whom, of which kind, to whom."""

    def subject(key: str) -> tuple[Cell, ...]:
        source, target, kind, _number = key.split()
        return names.actor(source), _label(TieKind, kind), names.actor(target)

    def whole(row: Row) -> list[str]:
        return [str(TieStatus.WISHED.label)] if row["status"] == TieStatus.WISHED else []

    def detail(field: str, old: Any, new: Any) -> str:
        if field == "status":
            return _turned(_("Status"), _label(TieStatus, old), _label(TieStatus, new))
        if field == "carried_by":
            return _turned(_("People who carry it"), _number(old), _number(new))
        if field == "confirmed":
            return _turned(_("Confirmed"), _confirmed(old), _confirmed(new))
        return ""

    return _rows(change.ties, subject, whole, detail)


def statement_rows(change: Change, names: Names) -> list[ChangeRow]:
    """What is said of whose skills."""

    def subject(key: str) -> tuple[Cell, ...]:
        actor, competency = key.split()
        return names.actor(actor), _label(Competency, competency)

    def detail(field: str, old: Any, new: Any) -> str:
        if field == "level":
            return _turned(_("Level"), _label(Level, old), _label(Level, new))
        return _turned(_("Confirmed on"), _day(old), _day(new))

    return _rows(change.statements, subject, lambda row: [_label(Level, row["level"])], detail)


def membership_rows(change: Change, names: Names) -> list[ChangeRow]:
    """Who has a place in which collaborative."""

    def subject(key: str) -> tuple[Cell, ...]:
        collaborative, actor, _number = key.split()
        return names.actor(actor), names.collaborative(collaborative)

    def detail(field: str, old: Any, new: Any) -> str:
        if field == "function":
            return _turned(_("Function"), old or _("not recorded"), new or _("not recorded"))
        return _turned(_("Part in decisions"), _decides(old), _decides(new))

    return _rows(
        change.memberships,
        subject,
        lambda row: [row["function"]] if row["function"] else [],
        detail,
    )


def _rows(
    change: TableChange,
    subject: Callable[[str], tuple[Cell, ...]],
    whole: Callable[[Row], list[str]],
    detail: Callable[[str, Any, Any], str],
) -> list[ChangeRow]:
    """All that came, then all that left, then all that changed, each by name."""

    def details(fields: FieldChanges) -> tuple[str, ...]:
        told = (detail(field, old, new) for field, (old, new) in fields.items())
        return tuple(one for one in told if one)

    def ordered(sign: str, found: Iterator[tuple[str, tuple[str, ...]]]) -> list[ChangeRow]:
        rows = [ChangeRow(sign, _texts(subject(key)), told) for key, told in found]
        return sorted(rows, key=lambda row: [str(cell).casefold() for cell in row.cells])

    return [
        *ordered(CAME, ((key, tuple(whole(row))) for key, row in change.came.items())),
        *ordered(LEFT, ((key, tuple(whole(row))) for key, row in change.left.items())),
        *ordered(CHANGED, ((key, details(fields)) for key, fields in change.changed.items())),
    ]


def _texts(cells: Sequence[Cell]) -> tuple[Text, ...]:
    return tuple(cell if isinstance(cell, Text) else Text((cell,)) for cell in cells)


def _turned(label: str, old: object, new: object) -> str:
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": label,
        "before": old,
        "after": new,
    }


def _label(choices: Any, value: Any) -> str:
    """A choice in words; one that the framework no longer has is shown as it was kept."""
    try:
        return str(choices(value).label)
    except ValueError:
        return str(value)


def _roles(slugs: Sequence[str]) -> str:
    return (
        str(listed([_label(Role, slug) for slug in slugs], None))
        if slugs
        else pgettext("roles", "none")
    )


def _sources(citations: Sequence[str]) -> str:
    """How many: what a document is called is for those who may see it today."""
    count = len(citations)
    pattern = ngettext("%(count)s source", "%(count)s sources", count)
    return pattern % {"count": number_format(count)}


def _number(value: int | None) -> str:
    return _("not known") if value is None else number_format(value)


def _confirmed(value: str) -> str:
    return str(CONFIRMED.get(value, value))


def _decides(value: str) -> str:
    return _label(DecisionRole, value) if value else _("not asked")


def _day(value: str | None) -> str:
    return _("not known") if value is None else day(date.fromisoformat(value))
