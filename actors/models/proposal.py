from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..querysets import ProposalQuerySet
from .actor import Actor
from .city import City


class ProposalSubject(models.TextChoices):
    """Which kind of record a proposal would change."""

    ACTOR = "actor", _("Profile")
    SKILL = "skill", _("Skill")
    TIE = "tie", _("Tie")
    OFFER = "offer", _("Offer")
    NEED = "need", _("Need")


class ProposalStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class Proposal(RecordModel):
    """A correction that somebody suggests and a convener of the city decides on.

    On a national actor, without ``city``, national staff decide.
    ``changes`` has an entry for each field: {"field": {"from": …, "to": …}}, as values that JSON
    can hold. ``record`` is the id of the row that would change, None for a new one. Accepted
    changes are in the history of that row.
    """

    city = models.ForeignKey(
        City,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("city"),
    )
    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("actor")
    )
    subject = models.CharField(_("what it changes"), max_length=10, choices=ProposalSubject)
    record = models.PositiveBigIntegerField(_("number of the record"), null=True, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("proposed by"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    history = HistoricalRecords()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["pk"]
        indexes = [models.Index(fields=["city", "status"], name="proposal_city_status")]
        constraints = [
            models.CheckConstraint(
                name="proposal_declined_with_answer",
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(answer=""),
                violation_error_message=_("Say why this proposal is declined."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.actor}"
