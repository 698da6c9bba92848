"""How far the set-up of a city is, and who in it has a name already."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from accounts.rules import Viewer
from actors.framework import ActorStatus
from actors.models import Actor, Campaign, City, CityRole, OtherName, SkillStatement
from actors.models.campaign import CampaignStatus
from actors.models.city import CityRoleKind
from ecosystem.common.wording import folded
from ecosystem.selectors.similar import ENOUGH, SHORTEST

BOUNDARY, ACTORS, METHOD, PEOPLE, CAMPAIGN = "boundary", "actors", "method", "people", "campaign"

STEPS: Final = (
    (BOUNDARY, _("Purpose and boundary"), _("What the map is for, and what it covers.")),
    (ACTORS, _("First organizations"), _("A list is enough: names, and the sector of each.")),
    (METHOD, _("How it works"), _("What organizations will be asked, and what becomes of it.")),
    (PEOPLE, _("People"), _("Who convenes with you, who contributes.")),
    (CAMPAIGN, _("First campaign"), _("Ask the organizations to check their own profiles.")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps, and whether the city has what it is about."""

    name: str
    title: str
    about: str
    is_done: bool
    number: int


def load_steps(city: City, *, knows_method: bool = False) -> list[Step]:
    """The five steps of a city's set-up; one query.

    What is stored says what is done, so that the set-up can be left and resumed anywhere: a
    boundary; an organization; a first skill that somebody said; a second person who convenes or
    contributes; a campaign that was started. ``knows_method``: the reader said to have read how it
    works.
    """
    team = [CityRoleKind.CONVENER, CityRoleKind.CONTRIBUTOR]
    own = CityRole.objects.filter(city=OuterRef("pk"), kind__in=team).order_by("pk")
    actors = Actor.objects.filter(city=OuterRef("pk")).exclude(status=ActorStatus.ARCHIVED)
    campaigns = Campaign.objects.filter(city=OuterRef("pk")).exclude(status=CampaignStatus.DRAFT)
    answers = SkillStatement.objects.filter(actor__city=OuterRef("pk"))
    found = City.objects.annotate(
        has_actors=Exists(actors),
        has_answers=Exists(answers),
        has_second=Exists(own[1:2]),
        has_campaign=Exists(campaigns),
    ).get(pk=city.pk)
    done = {
        BOUNDARY: bool(found.boundary.strip()),
        ACTORS: found.has_actors,
        METHOD: found.has_answers or knows_method,
        PEOPLE: found.has_second,
        CAMPAIGN: found.has_campaign,
    }
    return [
        Step(name, str(title), str(about), done[name], number)
        for number, (name, title, about) in enumerate(STEPS, start=1)
    ]


def known_by_names(city: City, names: Iterable[str], user: Viewer) -> dict[str, tuple[Actor, bool]]:
    """For each name, who in ``city`` or nationally has it or one like it; True for the very name.

    Names that nobody has are left out. Three queries, for any number of names; only what ``user``
    may see.
    """
    seen = Actor.objects.visible_to(user).filter(Q(city=city) | Q(city=None), merged_into=None)
    rows = list(seen.order_by("pk").values_list("pk", "name"))
    others = OtherName.objects.filter(actor__in=seen.order_by().values("pk"))
    rows += others.order_by("pk").values_list("actor", "name")
    owners = {folded(name): pk for pk, name in reversed(rows)}
    found: dict[str, tuple[int, bool]] = {}
    for name in names:
        wanted = folded(name)
        if wanted in owners:
            found[name] = (owners[wanted], True)
        elif len(wanted) >= SHORTEST:
            near = process.extractOne(
                wanted, owners.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=ENOUGH
            )
            if near is not None:
                found[name] = (owners[near[0]], False)
    actors = Actor.objects.select_related("city").in_bulk({pk for pk, _same in found.values()})
    return {name: (actors[pk], is_same) for name, (pk, is_same) in found.items()}
