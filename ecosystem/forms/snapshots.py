from django import forms
from django.utils.translation import gettext_lazy as _

from ecosystem.services.snapshots import LONGEST_NOTE


class SnapshotForm(forms.Form):
    """The note of a snapshot that is taken now."""

    note = forms.CharField(
        label=_("A note to know it by"),
        help_text=_(
            "Such as “after the spring workshop”. You may leave it empty. Everybody who sees the "
            "map can read it."
        ),
        max_length=LONGEST_NOTE,
        required=False,
    )
