from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..querysets import CampaignQuerySet, InvitationQuerySet
from .actor import Actor
from .city import City
from .people import Contact


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")


class Campaign(RecordModel):
    """A round of "please check your profile" in one city."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="campaigns", verbose_name=_("city")
    )
    name = models.CharField(_("name"), max_length=200)
    subject = models.CharField(_("subject of the message"), max_length=200)
    message = models.TextField(_("message"))
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reminder_every_days = models.PositiveSmallIntegerField(_("days between reminders"), default=14)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )

    history = HistoricalRecords()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A campaign can't end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(RecordModel):
    """A personal link for one person to check one actor's profile.

    Only the SHA-256 of the link's token is stored. Each moment is set once, when it happens.
    """

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("campaign"),
    )
    actor = models.ForeignKey(
        Actor,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("actor"),
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("contact"),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField(_("reminders sent"), default=0)

    history = HistoricalRecords(excluded_fields=["email", "token_hash"])

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "actor", "email"],
                name="invitation_once_per_address",
                violation_error_message=_("This address was already invited for this actor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.actor}"
