"""Abstract models. Nothing of ours is imported here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionedModel(models.Model):
    """``version`` is what a writer must name: a write that started from an older one is refused."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class RecordModel(VersionedModel):
    """A record that people edit: when it came, when it changed, and its version."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True


class PlacedModel(models.Model):
    """Something that may have a place: degrees of latitude and longitude (WGS 84), or neither."""

    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_place_on_earth",
                # In full: comparing with NULL is neither true nor false, and then a check holds.
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                violation_error_message=_(
                    "A place needs both a latitude (-90 to 90) and a longitude (-180 to 180)."
                ),
            ),
        ]
