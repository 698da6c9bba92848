"""Addresses of pages that a city has, and the national organizations have, too."""

from typing import Any

from django.urls import reverse

from actors.models import City


def page_of(route: str, city: City | None, *args: Any) -> str:
    """The address of a page of a city, or of the same page for national organizations."""
    if city is None:
        return reverse(f"national_{route}", args=args)
    return reverse(route, args=[city.slug, *args])
