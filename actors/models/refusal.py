from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import NobodysQuerySet


class RefusalPlace(models.TextChoices):
    PAGE = "page", _("The page that each message names")
    MAIL_PROGRAM = "mail_program", _("The button of a mail program")


class MailRefusal(models.Model):
    """An address that is not to be written to again, by no city.

    The address itself is not kept, nor who it belongs to: only a hash that nobody can make, or
    compare an address with, who does not have the key of ``RefusalKey``. There is no history:
    whoever wants letters again leaves nothing behind.
    """

    address_hash = models.CharField(max_length=40, unique=True, editable=False)
    place = models.CharField(_("asked on"), max_length=12, choices=RefusalPlace)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)

    objects = NobodysQuerySet.as_manager()

    class Meta:
        verbose_name = _("refusal of messages")
        verbose_name_plural = _("refusals of messages")

    def __str__(self) -> str:
        return f"{self.get_place_display()}, {self.asked_at:%Y-%m-%d}"


class RefusalKey(models.Model):
    """The one key of all these hashes, encrypted by ``SECRET_KEY``.

    A key of its own, because nobody can make the hashes anew: the addresses are not kept. When the
    secret key changes, this one is encrypted anew.
    """

    wrapped = models.CharField(max_length=300, editable=False)

    objects = NobodysQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of the refusals")
        verbose_name_plural = _("keys of the refusals")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
