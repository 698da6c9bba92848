"""What conveners say of a next step: who does it, why not, what came of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.framework import REVERSE_TIE_LABELS, Level, TieKind
from ecosystem.models import Introduction

LONGEST_REASON: Final = 1_000
MOST_YEARS: Final = 5
"""A day farther away than this is a slip of the pen."""

OUT, IN = "out", "in"


class StepForm(forms.Form):
    """``based_on`` is the version of the introduction that the page showed."""

    use_required_attribute = False  # a sentence beside the field says more than a browser

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AcceptForm(StepForm):
    """Who does it by when."""

    assigned_to = forms.CharField(
        label=_("Who does it?"),
        help_text=_("A name that everyone who convenes here knows. Nobody else sees it."),
        max_length=Introduction._meta.get_field("assigned_to").max_length,
        error_messages={"required": _("Say who does it, so that it gets done.")},
    )
    due_on = forms.DateField(
        label=_("By when?"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day by which it should be done."),
            "invalid": _("Write the day as year-month-day, as in 2026-06-30."),
        },
    )

    def clean_assigned_to(self) -> str:
        return " ".join(self.cleaned_data["assigned_to"].split())

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if due_on < today and due_on != self.initial.get("due_on"):
            raise forms.ValidationError(_("This day is past: choose today or a later day."))
        if due_on.year > today.year + MOST_YEARS:
            raise forms.ValidationError(
                _("This day is more than %(years)s years away: choose an earlier one."),
                params={"years": MOST_YEARS},
            )
        return due_on


class DeclineForm(StepForm):
    """Why not."""

    reason = forms.CharField(
        label=_("Why not?"),
        help_text=_("So that nobody wonders later, and it can be reopened when things change."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why, so that others need not ask again.")},
    )


class TieForm(StepForm):
    """The tie that came of an introduction, read from the actor that was introduced.

    Parameters
    ----------
    target
        Name of the actor that was introduced.
    others
        Slug and name of whom it may be tied to. One alone is not asked for.
    """

    other = forms.ChoiceField(label=_("Who works with it now?"))
    tie = forms.ChoiceField(
        label=_("What is the tie about?"),
        error_messages={"required": _("Choose what the tie is about.")},
    )

    def __init__(
        self, *args: Any, target: str, others: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = list(others)
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["other"].widget = forms.HiddenInput()
            self.initial["other"] = choices[0][0]
        other = choices[0][1] if len(choices) == 1 else _("the other organization")
        named = {"target": target, "other": other}
        self.fields["tie"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose one")),
            (
                _("%(target)s … %(other)s") % named,
                [(f"{OUT}:{kind.value}", kind.label) for kind in TieKind],
            ),
            (
                _("%(target)s … %(other)s, the other way round") % named,
                [
                    (f"{IN}:{kind.value}", REVERSE_TIE_LABELS[kind])
                    for kind in TieKind
                    if REVERSE_TIE_LABELS[kind] != kind.label
                ],
            ),
        ]

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["tie"].partition(":")[2])

    @property
    def is_from_target(self) -> bool:
        """Whether the actor that was introduced is the source of the tie."""
        return str(self.cleaned_data["tie"]).startswith(OUT)


class AnswerForm(StepForm):
    """What somebody answered about a skill."""

    UNSAID: Final = "unsaid"

    level = forms.ChoiceField(
        label=_("What did they answer?"),
        choices=[
            *((str(level.value), level.label) for level in reversed(Level)),
            (UNSAID, _("They would rather not say")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they answered.")},
    )
    evidence = forms.CharField(
        label=_("What shows it?"),
        help_text=_("A project or an example, if they named one. Everyone can read it."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    @property
    def stated(self) -> int | None:
        """The level; None when they would rather not say."""
        level = self.cleaned_data["level"]
        return None if level == self.UNSAID else int(level)
