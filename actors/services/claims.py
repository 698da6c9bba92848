"""Who looks after a record, and what the two sides of a tie say of it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import Actor, Dismissal, Relationship, Steward
from actors.models.dismissal import DISPUTED
from actors.models.people import StewardStatus
from actors.models.relationship import SideAnswer
from ecosystem.common.versions import ChangedMeanwhile, GoneMeanwhile

from .revisions import map_change


class LookedAfter(Exception):
    """Somebody looks after this record already. Nothing was written."""


def claim(actor: Actor, *, by: User) -> Steward:
    """Ask to look after a record. Sent twice, it is asked once; an approval stays.

    It gives nothing until somebody who convenes the city approves, for a national actor national
    staff. Raises ``LookedAfter`` when
    somebody else looks after it.
    """
    with transaction.atomic():
        Actor.objects.select_for_update().get(pk=actor.pk)
        if own := actor.stewards.filter(user=by).first():
            return own
        if actor.stewards.approved().exists():
            raise LookedAfter(_("Somebody looks after this record already."))
        steward = Steward(user=by, actor=actor, status=StewardStatus.CLAIMED)
        with map_change(steward):
            steward.save()
        return steward


def approve_claim(steward: Steward, *, by: User) -> None:
    """Let a person look after the record; sent twice, it is approved once.

    Raises ``GoneMeanwhile`` when somebody declined it.
    """
    with transaction.atomic():
        row = Steward.objects.select_for_update().filter(pk=steward.pk).first()
        if row is None:
            raise GoneMeanwhile(steward)
        steward = row
        if steward.status == StewardStatus.APPROVED:
            return
        steward.status = StewardStatus.APPROVED
        steward.approved_by = by
        with map_change(steward):
            steward.save()


def decline_claim(steward: Steward) -> None:
    """Take a claim away; who asked may ask again. Sent twice, it is declined once.

    Raises ``ChangedMeanwhile`` when somebody approved it: then it stays.
    """
    with transaction.atomic():
        row = Steward.objects.select_for_update().filter(pk=steward.pk).first()
        if row is None:
            return
        if row.status == StewardStatus.APPROVED:
            raise ChangedMeanwhile(row)
        row._change_reason = _("Claim declined")  # type: ignore[attr-defined]
        with map_change(row):
            row.delete()


SHOWN = ("source_id", "target_id", "kind", "status", "description")
"""What a side reads of a tie before it answers."""


def answer_tie(tie: Relationship, side: Actor, answer: SideAnswer | None) -> None:
    """Store what one side of a tie says of it, with the day; None takes the answer back.

    What the other side says is neither read nor changed, and never stands in the way: so nothing
    tells whether it has answered. Raises ``ValueError`` when ``side`` is no end of the tie, and
    ``ChangedMeanwhile`` when the tie does not say any longer what ``tie`` says.
    """
    ends = [name for name in ("source", "target") if getattr(tie, f"{name}_id") == side.pk]
    if not ends:
        raise ValueError("This actor is no side of the tie.")
    with transaction.atomic():
        stored = Relationship.objects.select_for_update().get(pk=tie.pk)
        if any(getattr(stored, name) != getattr(tie, name) for name in SHOWN):
            raise ChangedMeanwhile(stored)
        with map_change(stored):
            for end in ends:
                setattr(stored, f"{end}_answer", answer.value if answer else "")
                setattr(stored, f"{end}_answered_on", timezone.localdate() if answer else None)
            stored.save()
        if answer == SideAnswer.DISPUTED:
            # Conveners kept it before; this says so anew.
            Dismissal.objects.filter(kind=DISPUTED, key=str(tie.pk)).delete()
