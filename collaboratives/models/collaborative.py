from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from actors.models import Actor, City, Issue, Source
from ecosystem.common.models import RecordModel

from ..querysets import CollaborativeQuerySet, MembershipQuerySet


class CollaborativeStage(models.TextChoices):
    FORMING = "forming", _("Forming")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class DecisionRule(models.TextChoices):
    CONSENSUS = "consensus", _("All agree")
    CONSENT = "consent", _("Nobody objects")
    MAJORITY = "majority", _("Most votes")
    BACKBONE = "backbone", _("The backbone decides after hearing all")
    OTHER = "other", _("Another way, see principles")


class DecisionRole(models.TextChoices):
    NONE = "none", _("Takes part")
    CONSULTED = "consulted", _("Is heard before decisions")
    DECIDES = "decides", _("Has a say in decisions")


class Collaborative(RecordModel):
    """A declared joint effort of a city's actors."""

    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        related_name="collaboratives",
        verbose_name=_("city"),
    )
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    purpose = models.TextField(_("purpose"), blank=True)
    vision = models.TextField(_("vision"), blank=True)
    principles = models.TextField(_("principles"), blank=True)
    issue = models.ForeignKey(
        Issue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="collaboratives",
        verbose_name=_("issue area"),
    )
    decision_rule = models.CharField(
        _("how it decides"), max_length=10, choices=DecisionRule, blank=True
    )
    backbone = models.ForeignKey(
        Actor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="backbone_of",
        verbose_name=_("backbone"),
        help_text=_("The member that holds the effort together."),
    )
    stage = models.CharField(
        _("stage"),
        max_length=10,
        choices=CollaborativeStage,
        default=CollaborativeStage.ACTIVE,
    )
    started_year = models.PositiveSmallIntegerField(_("started in"), null=True, blank=True)
    review_every_months = models.PositiveSmallIntegerField(_("months between reviews"), default=6)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="collaboratives", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = CollaborativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("collaborative")
        verbose_name_plural = _("collaboratives")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collaborative", args=[self.city.slug, self.slug])


class Membership(RecordModel):
    """An actor's place in a collaborative. Open-ended when ``until`` is missing."""

    collaborative = models.ForeignKey(
        Collaborative,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("collaborative"),
    )
    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("actor"),
    )
    function = models.CharField(_("function"), max_length=200, blank=True)
    decision_role = models.CharField(
        _("part in decisions"),
        max_length=10,
        choices=DecisionRole,
        blank=True,
        help_text=_("Empty: not asked."),
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="memberships", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[sources])

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaborative", "actor"],
                condition=Q(until=None),
                name="membership_one_current",
                violation_error_message=_("This actor is already a member."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("A membership can't end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.collaborative}"
