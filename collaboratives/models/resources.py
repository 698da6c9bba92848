from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.framework import ResourceKind
from actors.models import Actor, Source
from ecosystem.common.models import RecordModel

from ..querysets import OfCollaborativeQuerySet
from .collaborative import Collaborative
from .project import Project


class ContributionStatus(models.TextChoices):
    PLEDGED = "pledged", _("Pledged")
    RECEIVED = "received", _("Received")


class Contribution(RecordModel):
    """A line of the resource ledger: who gives what, and its worth where known.

    Worth in US dollars is ``amount`` or ``hours`` times ``hourly_rate``; both missing: unknown. A
    line that is ``counted_in`` another one is part of that total and must not be added again.
    """

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="contributions",
        verbose_name=_("collaborative"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("project"),
    )
    giver = models.ForeignKey(
        Actor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("giver"),
    )
    giver_name = models.CharField(_("giver that is not on a map"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=15, choices=ResourceKind)
    description = models.TextField(_("description"), blank=True)
    amount = models.DecimalField(
        _("amount in dollars"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    hours = models.DecimalField(_("hours"), max_digits=9, decimal_places=2, null=True, blank=True)
    hourly_rate = models.DecimalField(
        _("dollars an hour"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ContributionStatus,
        blank=True,
        help_text=_("Empty: the source does not say."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    counted_in = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("already counted in"),
    )
    sources = models.ManyToManyField(
        Source, blank=True, related_name="contributions", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="contribution_has_giver",
                condition=Q(giver__isnull=False) | ~Q(giver_name=""),
                violation_error_message=_("Choose the giver or write its name."),
            ),
            models.CheckConstraint(
                name="contribution_not_negative",
                condition=(Q(amount=None) | Q(amount__gte=0))
                & (Q(hours=None) | Q(hours__gte=0))
                & (Q(hourly_rate=None) | Q(hourly_rate__gte=0)),
                violation_error_message=_("Amounts can't be negative."),
            ),
            models.CheckConstraint(
                name="contribution_not_counted_in_itself",
                condition=Q(counted_in=None) | ~Q(counted_in=F("id")),
                violation_error_message=_("A contribution can't be counted in itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver or self.giver_name}: {self.get_kind_display()}"
