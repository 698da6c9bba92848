"""``{% load setup %}``: what is still to do on a new map, for those who convene it."""

from typing import Any

from django import template

from actors.models import City
from ecosystem.selectors.setup import load_steps

register = template.Library()


@register.inclusion_tag("actors/setup/_checklist.html")
def setup_checklist(city: City, can_convene: bool) -> dict[str, Any]:
    """Nothing for others, for a map of the past, and when all is done. One query at most."""
    if not can_convene or city.map_date is not None:
        return {"steps": []}
    steps = load_steps(city)
    left = sum(not step.is_done for step in steps)
    return {"city": city, "steps": steps if left else [], "left": left}
