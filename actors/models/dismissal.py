from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import DismissalQuerySet
from .city import City

DISPUTED: Final = "disputed"
DUPLICATE: Final = "duplicate"
DEAD_END: Final = "dead_end"
"""Kinds of entries that can be dismissed. A dispute and a dead end are named by the number of the
record, a duplicate by both with "-" between, the lower first."""


class Dismissal(models.Model):
    """A convener looked at something that a list asks to be checked, and found nothing to do.

    ``kind`` is the list, ``key`` names the entry there. Without ``until`` it holds for ever;
    without ``city`` it is about the national list.
    """

    city = models.ForeignKey(
        City,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="dismissals",
        verbose_name=_("city"),
    )
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=60)
    until = models.DateField(_("until"), null=True, blank=True)
    dismissed_at = models.DateTimeField(_("dismissed at"), auto_now_add=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dismissed by"),
    )

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("dismissal")
        verbose_name_plural = _("dismissals")
        constraints = [
            models.UniqueConstraint(fields=["city", "kind", "key"], name="dismissal_once"),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(city=None), name="dismissal_once_nationally"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city or '–'}: {self.kind} {self.key}"
