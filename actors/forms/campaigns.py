"""The message and the days of a campaign."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.forms.base import DayField, RecordForm
from actors.models import Campaign
from actors.services.letters import unknown_placeholders

LONGEST_MESSAGE: Final = 6_000
FEWEST_DAYS, MOST_DAYS = 3, 120


class MessageField(forms.CharField):
    """Text with line ends as they are stored: browsers send others, which is no change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class CampaignForm(RecordForm):
    """What people are written, and how often they are reminded."""

    ends_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("After it nobody is reminded. You may leave it empty."),
    )
    message = MessageField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy(
            "{name}, {organization} and {link} are filled in for each person. The link has to be "
            "in it. Below your words the mail says why it came and how to get no more."
        ),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 14, "dir": "auto"}),
    )

    class Meta:
        model = Campaign
        fields = ("name", "language", "subject", "message", "reminder_every_days", "ends_on")
        widgets = {"subject": forms.TextInput({"dir": "auto"})}
        help_texts = {
            "name": gettext_lazy("For yourselves: partners do not see it. Such as “Spring 2026”."),
            "subject": gettext_lazy("{name} and {organization} are filled in here, too."),
            "language": gettext_lazy("Of the lines around your message, and of the page it opens."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        self.fields["name"].label = _("Name of the campaign")
        self.fields["name"].error_messages["required"] = _("Give the campaign a name.")
        self.fields["subject"].error_messages["required"] = _("Write a subject.")
        self.fields["message"].error_messages["required"] = _("Write a message.")
        days = self.fields["reminder_every_days"]
        days.widget.attrs |= {"min": FEWEST_DAYS, "max": MOST_DAYS, "inputmode": "numeric"}
        days.help_text = _(
            "Who does not answer is reminded once in so many days, and three times in all."
        )

    def clean_subject(self) -> str:
        subject = " ".join(self.cleaned_data["subject"].split())
        _refuse_unknown(subject)
        if "{link}" in subject:
            raise ValidationError(_("A subject can't hold the link: write {link} in the message."))
        return subject

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        _refuse_unknown(message)
        if "{link}" not in message:
            raise ValidationError(
                _("Without the link nobody can answer: write {link} where it should stand.")
            )
        return message

    def clean_reminder_every_days(self) -> int:
        days: int = self.cleaned_data["reminder_every_days"]
        if not FEWEST_DAYS <= days <= MOST_DAYS:
            raise ValidationError(
                _("Write a number of days from %(fewest)s to %(most)s.")
                % {"fewest": FEWEST_DAYS, "most": MOST_DAYS}
            )
        return days

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate() and "ends_on" in self.changed_data:
            raise ValidationError(_("This day is over: name today or a later one."))
        return day


def _refuse_unknown(text: str) -> None:
    unknown = unknown_placeholders(text)
    if unknown:
        raise ValidationError(
            _(
                "Nothing is known to put in for “%(word)s”. Only {name}, {organization} and {link} "
                "are filled in."
            )
            % {"word": f"{{{unknown[0]}}}"}
        )
