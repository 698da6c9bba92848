"""Next steps that somebody took up, declined or did."""

from accounts.rules import Viewer
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.models import Introduction


def load_introductions(
    city: City, *, user: Viewer, collaborative: Collaborative | None = None
) -> list[Introduction]:
    """All of a city or of one collaborative that ``user`` may see, oldest first, in one query."""
    rows = Introduction.objects.visible_to(user).filter(city=city, collaborative=collaborative)
    named = ("city", "source__city", "target__city", "through__city", "collaborative")
    return list(rows.select_related(*named).order_by("pk"))


def load_city_names(slugs: set[str], user: Viewer) -> dict[str, str]:
    """Names of cities by slug, as far as ``user`` may see; no query for none."""
    if not slugs:
        return {}
    cities = City.objects.visible_to(user).filter(slug__in=slugs)
    return dict(cities.values_list("slug", "name"))
