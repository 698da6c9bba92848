from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ecosystem.common.models import RecordModel

from ..querysets import SourceQuerySet


class SourceKind(models.TextChoices):
    DOCUMENT = "document", _("Document")
    WEB_PAGE = "web_page", _("Web page")
    SURVEY_ANSWER = "survey_answer", _("Survey answer")
    WORKSHOP = "workshop", _("Workshop")
    CONVERSATION = "conversation", _("Conversation")
    GENERAL_KNOWLEDGE = "general_knowledge", _("General knowledge, not looked up")


class Source(RecordModel):
    """A document, survey answer or workshop that a fact rests on.

    ``citation`` is how the source is named, unique: an address, a file name, "Workshop of 12 May".
    A source with ``is_informant`` is a sampling unit of the completeness estimate (gap method,
    G17); background such as census figures is not.
    """

    citation = models.CharField(_("citation"), max_length=500, unique=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=SourceKind, default=SourceKind.DOCUMENT
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    city = models.ForeignKey(
        "actors.City",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="own_sources",
        verbose_name=_("city"),
        help_text=_("The city whose workshop or survey it is; empty for a publication."),
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    is_informant = models.BooleanField(
        _("names actors of its own knowledge"),
        default=True,
        help_text=_("Counts as one informant when the completeness of a map is estimated."),
    )
    is_public = models.BooleanField(
        _("public"),
        default=True,
        help_text=_(
            "A private source, such as one person's answer, is shown to the city's conveners only."
        ),
    )

    history = HistoricalRecords()

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["citation"]
        constraints = [
            models.CheckConstraint(
                name="source_private_belongs_to_city",
                condition=models.Q(is_public=True) | models.Q(city__isnull=False),
                violation_error_message=_("A private source belongs to a city: choose it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.citation
