from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.framework import ProcessStep
from actors.models import Actor, Source
from ecosystem.common.models import RecordModel

from ..querysets import BallotQuerySet, OfCollaborativeQuerySet, OfProjectQuerySet
from .collaborative import Collaborative


class Project(RecordModel):
    """A piece of work of a collaborative, at a step of the process."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="projects",
        verbose_name=_("collaborative"),
    )
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    step = models.CharField(_("step"), max_length=10, choices=ProcessStep)
    hypothesis = models.TextField(
        _("hypothesis"),
        blank=True,
        help_text=_("What should get better for whom, and why."),
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    code_url = models.URLField(_("address of the open source code"), max_length=500, blank=True)
    adopted_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="adoptions",
        verbose_name=_("adopted from"),
    )
    sources = models.ManyToManyField(
        Source, blank=True, related_name="projects", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="project_not_adopted_from_itself",
                condition=Q(adopted_from=None) | ~Q(adopted_from=F("id")),
                violation_error_message=_("A project can't be adopted from itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectStep(RecordModel):
    """When a project entered a step of the process."""

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="steps",
        verbose_name=_("project"),
    )
    step = models.CharField(_("step"), max_length=10, choices=ProcessStep)
    entered_on = models.DateField(_("entered on"))
    note = models.TextField(_("note"), blank=True)

    history = HistoricalRecords()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of projects")
        ordering = ["project", "entered_on", "pk"]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_step_display()}"


class Criterion(RecordModel):
    """What a collaborative weighs when it chooses what to work on."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="criteria",
        verbose_name=_("collaborative"),
    )
    text = models.CharField(_("criterion"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="criteria", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["collaborative", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaborative", "text"],
                name="criterion_once_per_collaborative",
                violation_error_message=_("This criterion is already listed."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Ballot(RecordModel):
    """How well a member finds that a project meets a criterion, 0 (not at all) to 5 (fully)."""

    criterion = models.ForeignKey(
        Criterion,
        on_delete=models.CASCADE,
        related_name="ballots",
        verbose_name=_("criterion"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="ballots",
        verbose_name=_("project"),
    )
    member = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="ballots",
        verbose_name=_("member"),
    )
    points = models.PositiveSmallIntegerField(_("points"))

    history = HistoricalRecords()

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "project", "member"],
                name="ballot_once_per_member",
                violation_error_message=_("This member has already given points here."),
            ),
            models.CheckConstraint(
                name="ballot_points_0_to_5",
                condition=Q(points__lte=5),
                violation_error_message=_("Give 0 to 5 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.project}, {self.criterion}"
