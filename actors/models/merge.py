from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..querysets import MergeQuerySet
from .actor import Actor
from .city import City


class Merge(models.Model):
    """Two records of one organization made one, with all it takes to part them again.

    ``moved`` says which rows went from ``merged`` to ``kept`` and what they were before.
    """

    city = models.ForeignKey(
        City,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="merges",
        verbose_name=_("city"),
    )
    kept = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="merges", verbose_name=_("kept")
    )
    merged = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="merges_into", verbose_name=_("merged")
    )
    moved = models.JSONField(_("what moved"), default=list)
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="merge_of_two",
                condition=~Q(kept=F("merged")),
                violation_error_message=_("An organization can't be merged with itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
