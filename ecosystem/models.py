"""The picture as a whole: what is kept of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.framework import Competency
from actors.models import Actor, City, Relationship
from collaboratives.models import Collaborative
from ecosystem.common.models import RecordModel
from ecosystem.querysets import IntroductionQuerySet, SnapshotQuerySet


class Arrangement(models.TextChoices):
    """The three ways to lay out the same actors."""

    BY_SECTOR = "by_sector", _("By sector")
    BY_TIES = "by_ties", _("By ties")
    BY_GROUP = "by_group", _("By group")


class LayoutPosition(models.Model):
    """Where an actor stands on a city's map, kept so that it stays there when others come.

    Coordinates are map units: the whole map is 1000 wide and 1000 high, y downwards.
    """

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="layout_positions")
    arrangement = models.CharField(max_length=10, choices=Arrangement)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="layout_positions")
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "arrangement", "actor"],
                name="layout_position_one_per_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.x:.0f}, {self.y:.0f})"


class Snapshot(models.Model):
    """A city map as it was known at one moment: the input values and the results (G21).

    Never changed after it is taken.
    """

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="snapshots", verbose_name=_("city")
    )
    as_of = models.DateField(_("day it describes"))
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    method = models.CharField(_("version of the method"), max_length=10)
    note = models.CharField(_("note"), max_length=200, blank=True)
    inputs = models.JSONField(_("input values"))
    results = models.JSONField(_("results"))

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-as_of", "-pk"]

    def __str__(self) -> str:
        return f"{self.city}, {self.as_of}"


class IntroductionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")


class IntroductionKind(models.TextChoices):
    """Which rule of the gap method suggested it."""

    SKILL = "skill", _("Brings a skill nearer")  # G14
    QUESTION = "question", _("Asks what somebody can do")  # G15
    SECTORS = "sectors", _("Connects two sectors")  # G16


class Introduction(RecordModel):
    """A next step that somebody took up or turned down, and what became of it.

    ``expected`` are the cells it was to improve when it was taken up, each as
    {"competency", "from", "to"}: a later review sets the cells of its own day beside them. What an
    answer will be nobody knows: ``to`` of a question is None.
    """

    kind = models.CharField(
        _("kind"), max_length=10, choices=IntroductionKind, default=IntroductionKind.SKILL
    )
    city = models.ForeignKey(
        City,
        on_delete=models.CASCADE,
        related_name="introductions",
        verbose_name=_("city"),
    )
    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("collaborative"),
    )
    source = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="introductions_from",
        verbose_name=_("who asks"),
        help_text=_("Empty: the convener asks."),
    )
    target = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="introductions_to",
        verbose_name=_("who is introduced"),
    )
    through = models.ForeignKey(
        Actor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions_through",
        verbose_name=_("through whom"),
    )
    competency = models.CharField(
        _("competency it brings"), max_length=30, choices=Competency, blank=True
    )
    expected = models.JSONField(_("cells it was to improve"), default=list, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=IntroductionStatus,
        default=IntroductionStatus.OPEN,
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    assigned_to = models.CharField(_("who does it"), max_length=200, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    reason = models.TextField(_("reason for declining"), blank=True)
    closed_on = models.DateField(_("done or declined on"), null=True, blank=True)
    relationship = models.ForeignKey(
        Relationship,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("tie that came of it"),
    )

    # The name of the person who does it must be able to leave altogether.
    history = HistoricalRecords(excluded_fields=["assigned_to"])

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="introduction_declined_with_reason",
                condition=~Q(status=IntroductionStatus.DECLINED) | ~Q(reason=""),
                violation_error_message=_("Say why this introduction is declined."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.target}" if self.source else str(self.target)


class StoredResult(models.Model):
    """What was computed for readers of one kind, kept for the next (``ecosystem.services.store``).

    ``body`` is JSON compressed by Brotli. ``key`` names everything that it depends on: a reader
    whose key differs computes anew, and replaces it. ``scope`` is what it is about, and ``city``
    the city whose deletion takes it along.
    """

    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=120)
    audience = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    body = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, null=True, related_name="stored_results"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "audience"], name="stored_result_one_per_reader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.scope}, {self.audience}"
