from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.framework import EngagementLevel, ProcessStep
from actors.models import Source
from ecosystem.common.models import RecordModel

from ..querysets import OfCollaborativeQuerySet, OfOutcomeQuerySet, StoryQuerySet
from .collaborative import Collaborative
from .project import Project


class Engagement(RecordModel):
    """How residents took part: at which step, at which level, and what came of it."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="engagements",
        verbose_name=_("collaborative"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("project"),
    )
    what = models.CharField(_("what was done"), max_length=300)
    step = models.CharField(_("step"), max_length=10, choices=ProcessStep)
    level = models.CharField(_("level"), max_length=12, choices=EngagementLevel)
    participant_count = models.PositiveIntegerField(_("how many took part"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    barriers_lowered = models.TextField(
        _("barriers lowered"),
        blank=True,
        help_text=_("Child care, pay, language, travel …"),
    )
    what_changed = models.TextField(_("what changed because of it"), blank=True)
    result_due_on = models.DateField(_("result promised for"), null=True, blank=True)
    result_returned_on = models.DateField(_("result given back on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="engagements", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what


class Outcome(RecordModel):
    """An indicator that should move, with its baseline and target."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="outcomes",
        verbose_name=_("collaborative"),
    )
    indicator = models.CharField(_("indicator"), max_length=300)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    baseline = models.DecimalField(
        _("baseline"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    target_on = models.DateField(_("day of the target"), null=True, blank=True)

    history = HistoricalRecords()

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.indicator


class OutcomeReading(RecordModel):
    """The value of an indicator on a day."""

    outcome = models.ForeignKey(
        Outcome,
        on_delete=models.CASCADE,
        related_name="readings",
        verbose_name=_("outcome"),
    )
    read_on = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    note = models.TextField(_("note"), blank=True)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="outcome_readings", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["read_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "read_on"],
                name="outcome_reading_one_per_day",
                violation_error_message=_("There is already a reading for this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}, {self.read_on}: {self.value}"


class Story(RecordModel):
    """What a person or group tells of the work, shown only with consent."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="stories",
        verbose_name=_("collaborative"),
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("story"))
    teller = models.CharField(_("who tells it"), max_length=200, blank=True)
    is_public = models.BooleanField(_("shown to everyone"), default=False)
    consented_on = models.DateField(_("agreed to be shown on"), null=True, blank=True)

    # A person's words must be able to leave altogether, so the history keeps none of them.
    history = HistoricalRecords(excluded_fields=["title", "text", "teller"])

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="story_public_by_consent",
                condition=Q(is_public=False) | Q(consented_on__isnull=False),
                violation_error_message=_(
                    "A story is shown to everyone only after its teller agreed: enter the day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
