"""Lenses in the address of the map, and all that a map offers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.analysis.vocabulary import COMPETENCIES, SECTORS
from ecosystem.findings import Case, case_of
from ecosystem.findings.text import say
from ecosystem.lenses import answers, connections, skills
from ecosystem.lenses.lens import Answer, Lens, anchors_of, make
from ecosystem.services.gaps import run_gaps

Found: TypeAlias = tuple[Answer | None, list[str]]
"""What a lens answers, and what of the address it had to leave out."""

SHOWN: Final = 60
"""So much of a word of the address is repeated in a note."""

DEPARTURES_OFFERED: Final = 8
"""As many as the dashboard shows at once."""


def lens_case(params: QueryDict, city: City, user: Viewer) -> Case:
    """The case that an address asks about: the city, or with ``table=`` a collaborative of it.

    A collaborative that ``user`` may not see is none; ``read_lens`` then notes it.
    """
    collaborative = None
    if asked := params.get("table", ""):
        visible = Collaborative.objects.visible_to(user).filter(city=city)
        collaborative = visible.filter(slug=_clean(asked)).first()
    return case_of(run_gaps(city, user=user, collaborative=collaborative), city, user)


def read_lens(params: QueryDict, case: Case) -> tuple[Lens | None, list[str]]:
    """The lens that an address asks for, and notes on what of it could not be followed.

    Parameters
    ----------
    params
        The whole query of the address; other parameters are not looked at. ``lens=`` is one of
        ``fill`` (with ``skill=``, a competency), ``single``, ``leave`` (with ``actor=``, a slug),
        ``rim``, ``bridges`` (may have ``a=`` and ``b=``, two sectors or the same one; ``a=`` alone
        asks about one sector in itself), ``isolated``, ``unconfirmed``, ``sector`` (with ``a=``).
        ``table=`` names the collaborative that is asked about, see ``lens_case``.
    case
        The scope that is asked about, with what the visitor may see and nothing else.

    Returns
    -------
    tuple
        The lens, or None without ``lens=`` or where nothing of it makes sense; and sentences to
        show above the map, in plain words. Never an error.
    """
    notes = list(_table_notes(params, case))
    name = params.get("lens", "")
    if not name:
        return None, notes
    if name not in READERS:
        pattern = _("The address asks for the view “%(asked)s”, which this map does not have.")
        return None, [*notes, str(say(pattern, asked=_clean(name)[:SHOWN]))]
    answer, left_out = READERS[name](params, case)
    notes += left_out
    if answer is None:
        return None, notes
    return make(case, name, answer, anchors_of(case)), notes


def all_lenses(case: Case) -> tuple[Lens, ...]:
    """The lenses that a map offers, in the order in which to offer them.

    Those without parameters first, with what they light up now, which may be nobody. Then "who
    could bring in …" for each skill that is not covered and that somebody on the map could, then
    "what if … left" for the departures that open the most. None for an empty map.
    """
    if not case.actors:
        return ()
    anchors = anchors_of(case)
    return tuple(make(case, name, answer, anchors) for name, answer in _offered(case))


def _offered(case: Case) -> Iterator[tuple[str, Answer]]:
    yield "single", skills.single(case)
    yield "bridges", connections.bridges(case)
    yield "rim", connections.rim(case)
    yield "isolated", connections.isolated(case)
    yield "unconfirmed", answers.unconfirmed(case)
    for cell in case.results.cells:
        if cell.state != "covered":
            answer = skills.fill(case, cell.competency)
            if any(answer.lit):
                yield "fill", answer
    for departure in case.results.fragility.departures[:DEPARTURES_OFFERED]:
        yield "leave", skills.leave(case, departure.actor)


# ── One reader for each word behind lens= ────────────────────────────────────────────────────────


def _fill(params: QueryDict, case: Case) -> Found:
    asked = params.get("skill", "")
    if asked not in COMPETENCIES:
        return None, [_("The address does not name a skill that can be looked for.")]
    return skills.fill(case, asked), []


def _leave(params: QueryDict, case: Case) -> Found:
    asked = params.get("actor", "")
    if asked not in case.actors:
        return None, [_("The address does not name an organization that is on this map.")]
    return skills.leave(case, asked), []


def _bridges(params: QueryDict, case: Case) -> Found:
    asked = [params[key] for key in "ab" if params.get(key)]
    if not asked:
        return connections.bridges(case), []
    pair = {asked[0], asked[-1]}
    for connection in case.results.sector_connection:
        if {connection.a, connection.b} == pair:
            return connections.between(case, connection), []
    note = ngettext(
        "The address names a sector that nobody on this map belongs to, so all sectors are shown.",
        "The address names sectors that are not both on this map, so all sectors are shown.",
        len(pair),
    )
    return connections.bridges(case), [note]


def _sector(params: QueryDict, case: Case) -> Found:
    asked = params.get("a", "")
    if asked not in SECTORS:
        return None, [_("The address does not name a sector.")]
    return connections.of_sector(case, asked), []


def _plain(answer: Callable[[Case], Answer]) -> Callable[[QueryDict, Case], Found]:
    """A lens that takes no parameter."""
    return lambda _params, case: (answer(case), [])


READERS: Final[Mapping[str, Callable[[QueryDict, Case], Found]]] = {
    "fill": _fill,
    "single": _plain(skills.single),
    "leave": _leave,
    "rim": _plain(connections.rim),
    "bridges": _bridges,
    "isolated": _plain(connections.isolated),
    "unconfirmed": _plain(answers.unconfirmed),
    "sector": _sector,
}


def _table_notes(params: QueryDict, case: Case) -> Iterator[str]:
    asked = params.get("table", "")
    scope = case.results.scope
    if asked and not (case.is_collaborative and scope.slug == asked):
        yield _(
            "The address asks about a collaborative that is not here, so the whole city is shown."
        )


def _clean(asked: str) -> str:
    """Without the sign that no database takes."""
    return asked.replace("\0", "")
