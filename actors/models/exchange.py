from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..framework import Competency, ResourceKind
from ..querysets import OfActorQuerySet
from .actor import Actor


class Exchange(RecordModel):
    """Something that can change hands: a competency or a kind of resource, in words."""

    competency = models.CharField(_("competency"), max_length=30, choices=Competency, blank=True)
    resource_kind = models.CharField(
        _("kind of resource"), max_length=15, choices=ResourceKind, blank=True
    )
    description = models.TextField(_("description"))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_open = models.BooleanField(_("still open"), default=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)

    objects = OfActorQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.description[:80]


class Offer(Exchange):
    """What an actor can lend."""

    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="offers", verbose_name=_("actor")
    )
    history = HistoricalRecords()

    class Meta(Exchange.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")


class Need(Exchange):
    """What an actor looks for."""

    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="needs", verbose_name=_("actor")
    )
    history = HistoricalRecords()

    class Meta(Exchange.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")
