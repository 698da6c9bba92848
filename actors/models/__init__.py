"""Who is there."""

from .actor import Actor, Issue, OtherName, Tag
from .campaign import Campaign, Invitation
from .city import City, CityRole
from .exchange import Need, Offer
from .people import Contact, Steward
from .relationship import Relationship
from .source import Source
from .statement import SkillStatement

__all__ = [
    "Actor",
    "Campaign",
    "City",
    "CityRole",
    "Contact",
    "Invitation",
    "Issue",
    "Need",
    "Offer",
    "OtherName",
    "Relationship",
    "SkillStatement",
    "Source",
    "Steward",
    "Tag",
]
