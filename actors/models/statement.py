from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..framework import Competency, Level
from ..querysets import OfActorQuerySet
from .actor import Actor
from .source import Source


class StatementOrigin(models.TextChoices):
    """Who said it."""

    SOURCE = "source", _("A document or workshop")
    ITSELF = "itself", _("The organization itself")
    CONVENER = "convener", _("The city's convener")
    PEER = "peer", _("Somebody who works with it")


class SkillStatement(RecordModel):
    """A claim that an actor has a competency at a level, with evidence, source and date.

    One current statement per actor and competency; earlier ones are its history. A missing
    ``level`` means that the actor was asked and would rather not say: unknown, but no open
    question.
    """

    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="statements",
        verbose_name=_("actor"),
    )
    competency = models.CharField(_("competency"), max_length=30, choices=Competency)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    origin = models.CharField(
        _("who said it"),
        max_length=10,
        choices=StatementOrigin,
        default=StatementOrigin.SOURCE,
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="statements", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill statement")
        verbose_name_plural = _("skill statements")
        ordering = ["actor", "competency"]
        indexes = [models.Index(fields=["competency", "level"], name="statement_competency_level")]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "competency"],
                name="statement_one_per_competency",
                violation_error_message=_(
                    "This actor already has a statement for this competency: change that one."
                ),
            ),
            models.CheckConstraint(
                name="statement_level_0_to_3",
                condition=Q(level=None) | Q(level__lte=3),
                violation_error_message=_("A level is 0 to 3, or left out."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.get_competency_display()}"
