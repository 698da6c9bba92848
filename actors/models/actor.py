from typing import Final

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.fields import ChoiceSetField
from ecosystem.common.models import PlacedModel, RecordModel

from ..framework import ActorStatus, Role, Sector
from ..querysets import ActorQuerySet, OfActorQuerySet
from .city import City
from .source import Source

MERGES_FOLLOWED: Final = 10
"""A record may have moved so often; a longer chain is a mistake."""


class Issue(models.Model):
    """A field of residents' lives that work is about, such as affordable housing."""

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A free word that one city adds to its actors."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="tags", verbose_name=_("city")
    )
    name = models.CharField(_("name"), max_length=60)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "name"],
                name="tag_name_unique_in_city",
                violation_error_message=_("This city already has this tag."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Actor(PlacedModel, RecordModel):
    """An organisation or group on the map. Without ``city`` it is national.

    An archived actor keeps its ties and statements but is on no map. ``merged_into`` names the
    actor that took over its record, so that old addresses lead on.
    """

    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actors",
        verbose_name=_("home city"),
        help_text=_("Empty for a national organization."),
    )
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    roles = ChoiceSetField(_("roles"), choices=Role)
    description = models.TextField(_("what it does"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    service_area = models.CharField(_("area it serves"), max_length=200, blank=True)
    part_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("part of"),
        help_text=_("The organization this one is a unit of."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_actors",
        verbose_name=_("merged into"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ActorStatus, default=ActorStatus.PUBLISHED
    )
    confirmed_on = models.DateField(
        _("confirmed on"),
        null=True,
        blank=True,
        help_text=_("The day the organization itself, or a convener, last said: still right."),
    )
    issues = models.ManyToManyField(
        Issue, blank=True, related_name="actors", verbose_name=_("issues")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="actors", verbose_name=_("tags"))
    sources = models.ManyToManyField(
        Source, blank=True, related_name="actors", verbose_name=_("sources")
    )

    history = HistoricalRecords(m2m_fields=[issues, tags, sources])

    objects = ActorQuerySet.as_manager()

    class Meta(PlacedModel.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        ordering = ["name"]
        indexes = [models.Index(fields=["city", "status"], name="actor_city_status")]
        constraints = [
            *PlacedModel.Meta.constraints,
            models.CheckConstraint(
                name="actor_not_part_of_itself",
                condition=Q(part_of=None) | ~Q(part_of=F("id")),
                violation_error_message=_("An organization can't be part of itself."),
            ),
            models.CheckConstraint(
                name="actor_merged_is_archived",
                condition=Q(merged_into=None) | Q(status=ActorStatus.ARCHIVED),
                violation_error_message=_("A merged actor must be archived."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> "Actor":
        """Who keeps this record now: itself, or the actor that it was merged into, step by step."""
        actor = self
        for _step in range(MERGES_FOLLOWED):
            if actor.merged_into is None:
                break
            actor = actor.merged_into
        return actor

    def get_absolute_url(self) -> str:
        """Its page in its home city; a national actor has one among the national pages."""
        if self.city is None:
            return reverse("national_actor", args=[self.slug])
        return reverse("actor", args=[self.city.slug, self.slug])


class OtherName(models.Model):
    """Another name an actor is found by: short, former, or in another language."""

    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="other_names",
        verbose_name=_("actor"),
    )
    name = models.CharField(_("name"), max_length=300)

    history = HistoricalRecords()

    objects = OfActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "name"],
                name="other_name_once_per_actor",
                violation_error_message=_("This actor already has this other name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
