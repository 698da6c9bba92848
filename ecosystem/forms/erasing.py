from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseForm(forms.Form):
    """Whose data leaves."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("The address that the person signs in with, or that a contact has."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    names_too = forms.BooleanField(
        label=_("Take the name and the telephone number out of all texts, too"),
        help_text=_(
            "Somebody else may have the same name. Without this, the texts that hold it are listed "
            "for you to look at."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
