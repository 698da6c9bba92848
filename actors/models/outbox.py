from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import OutboxQuerySet
from .campaign import Invitation


class MessageKind(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    REMINDER = "reminder", _("Reminder")


class OutboxMessage(models.Model):
    """A message that waits to be sent, or was.

    ``key`` is unique: what was asked for twice goes out once. The text is written when it is sent,
    with a personal link made at that moment, so that no token ever lies in the database.
    """

    key = models.CharField(_("key"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MessageKind)
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name=_("invitation"),
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("why it failed"), max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.invitation}"
