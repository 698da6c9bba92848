"""People at an organization."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.forms.base import DayField, RecordForm
from actors.models import Contact


class ContactForm(RecordForm):
    """A person, seen by those who look after the record unless the person agreed to be shown."""

    consented_on = DayField(
        label=_("Agreed on"),
        help_text=_("The day this person agreed to be shown to everyone."),
    )

    class Meta:
        model = Contact
        fields = (
            "name",
            "job",
            "level",
            "email",
            "phone",
            "language",
            "is_public",
            "consented_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The history of a person keeps no words about the person, so it asks for none.
        del self.fields["reason"]
        self.fields["name"].error_messages["required"] = _("Write the name of the person.")
        self.fields["email"].error_messages["invalid"] = _(
            "Write an e-mail address, as in ana@example.org."
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        agreed = cleaned.get("consented_on")
        if cleaned.get("is_public") and not agreed and "consented_on" not in self.errors:
            self.add_error(
                "consented_on",
                _("A person is shown to everyone only after agreeing to it: enter the day."),
            )
        if agreed and agreed > timezone.localdate():
            self.add_error("consented_on", _("This day is still to come: enter when it was."))
        return cleaned
