"""Findings about who is at the table (G6)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.findings.finding import Case, Finding
from ecosystem.findings.text import Name, Text, in_sentence, listed, name_of, say, sector


def table_findings(case: Case) -> Iterator[Finding]:
    """A finding for every sector that has to be there, or should be, and is not."""
    presence = case.results.presence
    if not case.results.scope.size:
        return
    for slug in presence.missing_required:
        yield _missing_sector(case, slug, required=True)
    for slug in presence.missing_expected:
        yield _missing_sector(case, slug, required=False)


def _missing_sector(case: Case, slug: str, *, required: bool) -> Finding:
    near = outsiders_of(case, slug)
    if required:
        why = _(
            "Data and technology help residents only where local government, data intermediaries, "
            "civic technologists and residents work together. Each of them is needed."
        )
    else:
        why = _("Philanthropy is expected, because shared work seldom lasts without funding.")
    return Finding(
        kind="sector_missing" if required else "sector_expected",
        sentence=missing_sentence(case, slug),
        base=case.scope_base(),
        why=why,
        rule="g6",
        term=_("presence of sectors"),
        place="presence",
        next=whom_to_invite(case, near),
        actors=tuple(name.slug for name in near),
        sectors=(slug,),
        weight=len(near),
    )


def missing_sentence(case: Case, slug: str) -> Text:
    """That nobody in the scope is of a sector."""
    if case.is_collaborative:
        pattern = _("Nobody from the %(sector)s sector is at the table.")
    else:
        pattern = _("No local organization from the %(sector)s sector is on the map.")
    return say(pattern, sector=in_sentence(sector(slug)))


def outsiders_of(case: Case, slug: str) -> list[Name]:
    """Those of a sector that are on the map but not in the scope."""
    return [
        name_of(actor)
        for actor in case.actors.values()
        if actor.sector == slug and actor.slug not in case.analysis.members
    ]


def whom_to_invite(case: Case, near: list[Name]) -> Text:
    """What to do about a missing sector: ask those who work here from elsewhere, or find one."""
    if near and case.is_collaborative:
        pattern = ngettext(
            "On the city map there is %(names)s: invite it.",
            "On the city map there are %(names)s: invite one of them.",
            len(near),
        )
        return say(pattern, names=listed(near))
    if near:
        pattern = ngettext(
            "From elsewhere, %(names)s already works here: ask it for a local partner.",
            "From elsewhere, %(names)s already work here: ask them for a local partner.",
            len(near),
        )
        return say(pattern, names=listed(near))
    return Text((_("If you know one, add it to the map and invite it."),))
