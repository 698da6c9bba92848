import re
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import PlacedModel, RecordModel

from ..framework import CityStage, Visibility
from ..querysets import CityQuerySet, CityRoleQuerySet
from .source import Source


class City(PlacedModel, RecordModel):
    """A place whose ecosystem is mapped.

    Two revisions are raised in the transaction of every change to the map: ``tie_revision`` when
    actors or ties changed, ``fact_revision`` when anything else did. Results computed from the map
    are kept under them.
    """

    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(
        _("state"), max_length=2, blank=True, help_text=_("Two letters, as in MA.")
    )
    stage = models.CharField(
        _("stage"), max_length=20, choices=CityStage, default=CityStage.EXPLORING
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the population figure"), null=True, blank=True
    )
    summary = models.TextField(_("summary"), blank=True)
    boundary = models.TextField(
        _("boundary"),
        blank=True,
        help_text=_("Which places and which work this map covers."),
    )
    visibility = models.CharField(
        _("who may see this map"),
        max_length=10,
        choices=Visibility,
        default=Visibility.PUBLIC,
    )
    map_date = models.DateField(
        _("map date"),
        null=True,
        blank=True,
        help_text=_("The day a historic map describes. Empty: the map is kept up to date."),
    )
    licence = models.CharField(_("licence of the data"), max_length=100, default="CC BY 4.0")
    sources = models.ManyToManyField(
        Source, blank=True, related_name="cities", verbose_name=_("sources")
    )
    tie_revision = models.PositiveBigIntegerField(default=0, editable=False)
    fact_revision = models.PositiveBigIntegerField(default=0, editable=False)

    # Revisions count changes of other records; each would be noise in this one's history.
    history = HistoricalRecords(
        m2m_fields=[sources], excluded_fields=["tie_revision", "fact_revision"]
    )

    objects = CityQuerySet.as_manager()

    class Meta(PlacedModel.Meta):
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Boston, MA; the name alone where it says the state already or there is none."""
        if not self.state or self.state in re.findall(r"\w+", self.name):
            return self.name
        return f"{self.name}, {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store all but the revisions, which others raise while this record is being edited."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kept = {"id", "tie_revision", "fact_revision", *self.get_deferred_fields()}
            fields = {field.attname for field in self._meta.concrete_fields}
            kwargs["update_fields"] = fields - kept
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("city", args=[self.slug])


class CityRoleKind(models.TextChoices):
    CONVENER = "convener", _("Convener")
    CONTRIBUTOR = "contributor", _("Contributor")
    VIEWER = "viewer", _("Viewer")


class CityRole(RecordModel):
    """What a user may do in a city."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="city_roles",
        verbose_name=_("user"),
    )
    city = models.ForeignKey(
        City,
        on_delete=models.CASCADE,
        related_name="city_roles",
        verbose_name=_("city"),
    )
    kind = models.CharField(_("role"), max_length=12, choices=CityRoleKind)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )

    history = HistoricalRecords()

    objects = CityRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("city role")
        verbose_name_plural = _("city roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "city"],
                name="city_role_one_per_user",
                violation_error_message=_("This person already has a role in this city."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}, {self.city}"
