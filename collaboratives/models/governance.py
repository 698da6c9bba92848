from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.models import Actor
from ecosystem.common.models import RecordModel

from ..querysets import OfCollaborativeQuerySet, OfReviewQuerySet
from .collaborative import Collaborative, DecisionRule


class Review(RecordModel):
    """A look back and ahead, held at the collaborative's rhythm, along guided questions."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="reviews",
        verbose_name=_("collaborative"),
    )
    held_on = models.DateField(_("held on"))
    what_worked = models.TextField(_("what worked"), blank=True)
    what_to_change = models.TextField(_("what to change"), blank=True)
    who_is_missing = models.TextField(_("who is missing"), blank=True)
    what_residents_said = models.TextField(_("what residents said"), blank=True)

    history = HistoricalRecords()

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.collaborative}, {self.held_on}"


class ReviewAction(RecordModel):
    """What a review agreed on: who does what by when."""

    review = models.ForeignKey(
        Review,
        on_delete=models.CASCADE,
        related_name="actions",
        verbose_name=_("review"),
    )
    what = models.CharField(_("what"), max_length=300)
    actor = models.ForeignKey(
        Actor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="review_actions",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    history = HistoricalRecords()

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed action")
        verbose_name_plural = _("agreed actions")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what


class Decision(RecordModel):
    """A line of the decision log."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="decisions",
        verbose_name=_("collaborative"),
    )
    decided_on = models.DateField(_("decided on"))
    what = models.CharField(_("what was decided"), max_length=300)
    why = models.TextField(_("why"), blank=True)
    rule = models.CharField(_("how"), max_length=10, choices=DecisionRule, blank=True)
    deciders = models.ManyToManyField(
        Actor, blank=True, related_name="decisions", verbose_name=_("who decided")
    )

    history = HistoricalRecords(m2m_fields=[deciders])

    objects = OfCollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_on", "-pk"]

    def __str__(self) -> str:
        return self.what
