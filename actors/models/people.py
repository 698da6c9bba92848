from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..framework import JobLevel
from ..querysets import ContactQuerySet, StewardQuerySet
from .actor import Actor


class StewardStatus(models.TextChoices):
    CLAIMED = "claimed", _("Asked to look after it")
    APPROVED = "approved", _("Looks after it")


class Steward(RecordModel):
    """A user who looks after an actor's record, once a convener approved."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="stewardships",
        verbose_name=_("user"),
    )
    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="stewards",
        verbose_name=_("actor"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=StewardStatus, default=StewardStatus.CLAIMED
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )

    history = HistoricalRecords()

    objects = StewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("steward")
        verbose_name_plural = _("stewards")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "actor"],
                name="steward_once_per_actor",
                violation_error_message=_("This person already looks after this actor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.actor}"


class Contact(RecordModel):
    """A person at an actor. Never public without consent."""

    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="contacts",
        verbose_name=_("actor"),
    )
    name = models.CharField(_("name"), max_length=200)
    job = models.CharField(_("job"), max_length=200, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=JobLevel, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    is_public = models.BooleanField(_("shown to everyone"), default=False)
    consented_on = models.DateField(_("agreed to be shown on"), null=True, blank=True)

    # A person's data must be able to leave altogether, so the history keeps none of it.
    history = HistoricalRecords(excluded_fields=["name", "job", "email", "phone"])

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="contact_public_by_consent",
                condition=Q(is_public=False) | Q(consented_on__isnull=False),
                violation_error_message=_(
                    "A person is shown to everyone only after agreeing to it: enter the day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
