"""What waits for conveners, and what a visitor may do about a record. No query for those without an
account."""

from typing import Any

from django import template
from django.template.context import Context

from actors.framework import ActorStatus
from actors.models import Actor, City
from actors.rules import can_edit_actor, can_speak_for, can_suggest
from ecosystem.selectors import checking

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_count(context: Context, city: City | str | None = None) -> int:
    """How many entries wait for an answer of who decides, in one query."""
    return checking.waiting_count(city if isinstance(city, City) else None, context["request"].user)


@register.inclusion_tag("actors/checking/_actor_actions.html", takes_context=True)
def actor_actions(context: Context, actor: Actor, city: City | str | None) -> dict[str, Any]:
    """Claim, correct, answer: what the visitor may do about an actor at home in ``city``, or a
    national one.
    """
    request = context.get("request")
    user = request.user if request else None
    found = {"actor": actor}
    is_visitor = isinstance(city, City) and actor.city_id not in (city.pk, None)
    if (
        user is None
        or not user.is_authenticated
        or is_visitor
        or actor.status == ActorStatus.ARCHIVED
    ):
        return found
    if can_edit_actor(user, actor):
        return found | {"can_answer": can_speak_for(user, actor)}
    own = actor.stewards.filter(user=user).first()
    return found | {
        "own": own,
        "can_claim": own is None and not actor.stewards.approved().exists(),
        "can_suggest": can_suggest(user, actor.city_id),
    }
