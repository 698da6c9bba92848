from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.fields import ChoiceSetField
from ecosystem.common.models import RecordModel

from ..framework import Formality, JobLevel, TieKind, TieStatus, TieStrength
from ..querysets import RelationshipQuerySet
from .actor import Actor
from .city import City
from .source import Source


class SideAnswer(models.TextChoices):
    """What one side says of a tie."""

    CONFIRMED = "confirmed", _("Confirmed")
    DISPUTED = "disputed", _("Disputed")


class Relationship(RecordModel):
    """A directed, typed tie: ``source`` funds, advises, shares data with ``target``.

    It belongs to the map of ``city``, the place where it happens; without city it is national and
    on no city's map. ``since_year`` is the year a source names, which may be that of one event;
    only ``started_on`` and ``ended_on`` say when the tie is in force. An ended tie is kept, so that
    an earlier map can be redrawn. A tie of an actor with itself is kept when a record says so, but
    is no edge of the network.
    """

    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="relationships",
        verbose_name=_("city where it happens"),
    )
    source = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="outgoing_ties",
        verbose_name=_("from"),
    )
    target = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="incoming_ties",
        verbose_name=_("to"),
    )
    kind = models.CharField(_("kind"), max_length=25, choices=TieKind)
    status = models.CharField(
        _("status"), max_length=10, choices=TieStatus, default=TieStatus.EXISTING
    )
    strength = models.PositiveSmallIntegerField(
        _("strength"), choices=TieStrength, null=True, blank=True
    )
    formality = models.CharField(_("formality"), max_length=10, choices=Formality, blank=True)
    carried_by = models.PositiveSmallIntegerField(
        _("carried by how many people"), null=True, blank=True
    )
    carried_levels = ChoiceSetField(_("levels of these people"), choices=JobLevel)
    description = models.TextField(_("what they do together"), blank=True)
    since_year = models.PositiveSmallIntegerField(
        _("year named by the source"), null=True, blank=True
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    source_answer = models.CharField(
        _("what the first side says"), max_length=10, choices=SideAnswer, blank=True
    )
    source_answered_on = models.DateField(null=True, blank=True)
    target_answer = models.CharField(
        _("what the second side says"), max_length=10, choices=SideAnswer, blank=True
    )
    target_answered_on = models.DateField(null=True, blank=True)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="relationships", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        ordering = ["pk"]
        indexes = [models.Index(fields=["city", "status"], name="relationship_city_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "source", "target", "kind", "status"],
                condition=Q(ended_on=None, city__isnull=False),
                name="relationship_one_current_per_kind",
                violation_error_message=_("This tie is already recorded."),
            ),
            models.UniqueConstraint(
                fields=["source", "target", "kind", "status"],
                condition=Q(ended_on=None, city=None),
                name="relationship_one_current_national",
                violation_error_message=_("This tie is already recorded."),
            ),
            models.CheckConstraint(
                name="relationship_strength_1_to_4",
                condition=Q(strength=None) | Q(strength__gte=1, strength__lte=4),
                violation_error_message=_("A strength is 1 to 4, or left out."),
            ),
            models.CheckConstraint(
                name="relationship_carried_by_somebody",
                condition=Q(carried_by=None) | Q(carried_by__gte=1),
                violation_error_message=_("A tie is carried by at least one person."),
            ),
            models.CheckConstraint(
                name="relationship_ends_after_start",
                condition=Q(started_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                violation_error_message=_("A tie can't end before it started."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.get_kind_display()} – {self.target}"

    def clean(self) -> None:
        if self.source_id and self.source_id == self.target_id:
            raise ValidationError(
                {"target": _("Choose another organization: a tie needs two.")},
                code="self_tie",
            )
