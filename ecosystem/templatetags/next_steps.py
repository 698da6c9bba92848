"""``{% load next_steps %}``: the address of a suggestion."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def item(mapping: Mapping[Any, str], key: object) -> str:
    """The value of a key that is no text."""
    return mapping[key]
