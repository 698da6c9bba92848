"""Who is there."""

from .actor import Actor, Issue, OtherName, Tag
from .campaign import Campaign, Invitation
from .city import City, CityRole
from .dismissal import Dismissal
from .exchange import Need, Offer
from .merge import Merge
from .outbox import OutboxMessage
from .people import Contact, Steward
from .proposal import Proposal
from .refusal import MailRefusal, RefusalKey
from .relationship import Relationship
from .source import Source
from .statement import SkillStatement

__all__ = [
    "Actor",
    "Campaign",
    "City",
    "CityRole",
    "Contact",
    "Dismissal",
    "Invitation",
    "Issue",
    "MailRefusal",
    "Merge",
    "Need",
    "Offer",
    "OtherName",
    "OutboxMessage",
    "Proposal",
    "RefusalKey",
    "Relationship",
    "SkillStatement",
    "Source",
    "Steward",
    "Tag",
]
