"""An actor's own place on the map of a city: itself, whom it works with, and their ties."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from actors.models import Actor, City
from ecosystem.maps import look
from ecosystem.maps.picture import Emphasis, Strong, make_picture
from ecosystem.maps.svg import draw_map
from ecosystem.mapview.arranging import places_by_sector
from ecosystem.selectors.maps import load_maps


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """The drawing, and the same in words: the names of those it works with, by name."""

    drawing: SafeString
    names: tuple[str, ...]


def draw_neighborhood(actor: Actor, city: City) -> Neighborhood | None:
    """What everybody may see of it; None where the actor is on no map that everybody may see."""
    data = load_maps([city], user=AnonymousUser())[city.pk]
    own = next((one for one in data.actors if one.id == actor.pk), None)
    if own is None:
        return None
    near = {own.id} | {
        end
        for tie in data.ties
        if own.id in (tie.source, tie.target)
        for end in (tie.source, tie.target)
    }
    shown = replace(
        data,
        actors=tuple(one for one in data.actors if one.id in near),
        ties=tuple(tie for tie in data.ties if tie.source in near and tie.target in near),
    )
    picture = make_picture(
        data,
        places_by_sector(city, data),
        shown=shown,
    )
    # Not which ties both sides confirmed: after its own answer that would be the other side's.
    line = look.Line("", 1.6)
    strong = [Strong(pair, line, 0, is_sure=True) for pair in picture.ties if own.slug in pair]
    raised = Emphasis(frozenset(one.slug for one in shown.actors), own.slug, strong)
    picture = replace(picture, sure=frozenset(), emphasis=raised)
    names = sorted(one.name for one in shown.actors if one.id != own.id)
    title = _("The place of %(actor)s on the map of %(city)s") % {
        "actor": actor.name,
        "city": city.name,
    }
    return Neighborhood(draw_map(picture, title), tuple(names))
