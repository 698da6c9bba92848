"""Forms that are about no single record."""

from typing import Any

from django import forms


class PlainForm(forms.Form):
    """A form whose labels end without a colon, and whose errors stand in words on the page."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
