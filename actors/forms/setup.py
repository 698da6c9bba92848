"""Starting the map of a new city: its boundary, and a pasted list of first organizations."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from actors.forms.base import DayField, RecordForm
from actors.forms.plain import PlainForm
from actors.framework import Sector
from actors.models import Actor, City
from ecosystem.common.wording import folded

MOST_LINES: Final = 200
"""Of one pasted list: each line becomes four fields of the next page, and a page may send 1,000."""

LONGEST_LIST: Final = 100_000
LONGEST_NAME: Final = Actor._meta.get_field("name").max_length or 300
ALIKE: Final = 75
"""Of 100, from which a word after a comma is taken for a misspelled sector."""


class CityForm(RecordForm):
    """What a map is about, what it covers, and who may see it."""

    map_date = DayField(
        label=_("Map date"),
        help_text=_("Only for a map of the past: the day it describes. Else leave it empty."),
    )

    class Meta:
        model = City
        fields = (
            "name",
            "state",
            "stage",
            "summary",
            "boundary",
            "latitude",
            "longitude",
            "population",
            "population_year",
            "visibility",
            "map_date",
        )
        labels: ClassVar = {
            "summary": _("What is the map for?"),
            "boundary": _("What does the map cover?"),
        }
        help_texts: ClassVar = {
            "summary": _("One or two sentences that residents understand."),
            "boundary": _(
                "Which places, and which work. For example: organizations that work with data or "
                "technology for residents inside the city limits."
            ),
            "visibility": _(
                "Everyone: also people without an account. Partners of the city: who looks after "
                "an organization here as well. The city’s team: only people with a role here."
            ),
        }
        widgets: ClassVar = {
            "summary": forms.Textarea({"rows": 3}),
            "boundary": forms.Textarea({"rows": 4}),
            "latitude": forms.TextInput({"inputmode": "decimal"}),
            "longitude": forms.TextInput({"inputmode": "decimal"}),
            "state": forms.TextInput({"size": 4}),
        }
        error_messages: ClassVar = {
            "name": {"required": _("Write the name of the city.")},
            "latitude": {"invalid": _("Write degrees with a point, as in 42.3601.")},
            "longitude": {"invalid": _("Write degrees with a point, as in -71.0589.")},
            "population": {"invalid": _("Write a whole number, without commas.")},
            "population_year": {"invalid": _("Write a year, as in 2026.")},
        }

    sections: ClassVar = (
        (_("Which city"), ("name", "state", "stage")),
        (_("Purpose and boundary"), ("summary", "boundary")),
        (_("Where it is"), ("latitude", "longitude", "population", "population_year")),
        (_("Who may see it"), ("visibility", "map_date", "reason")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["boundary"].required = True
        self.fields["boundary"].error_messages["required"] = _(
            "Say what the map covers: without a boundary nobody knows who is missing."
        )
        if self.instance.pk is None:
            del self.fields["reason"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_state(self) -> str:
        state = str(self.cleaned_data["state"]).strip().upper()
        if state and (len(state) != 2 or not state.isalpha()):
            raise ValidationError(_("Write the two letters of the state, as in MA."))
        return state


# ── First organizations ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pasted list: a name, a sector or "", and what is wrong or to be decided."""

    number: int
    name: str
    sector: str
    problem: str = ""


def read_list(text: str) -> list[Line]:
    """The lines of a pasted list that have something on them.

    A sector may follow the name, after a tab or the last comma: by its name in English or in the
    language of the page, by its short name, or by the start of it. Words after a comma that are
    like no sector belong to the name, as in "Cambridge, MA Office".
    """
    names = _sector_names()
    return [
        _read_line(number, line, names)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def find_sector(text: str) -> str:
    """The sector of this name, short name, or start of one; "" when there is none or several."""
    return _find_sector(text, _sector_names())


def _sector_names() -> dict[str, str]:
    names = {folded(str(one.label)): one.value for one in Sector}
    with translation.override("en"):
        names |= {folded(str(one.label)): one.value for one in Sector}
    return names | {folded(one.value.replace("_", " ")): one.value for one in Sector}


def _find_sector(text: str, names: dict[str, str]) -> str:
    wanted = folded(" ".join(text.replace("_", " ").split()))
    if wanted in names:
        return names[wanted]
    starts = {value for name, value in names.items() if wanted and name.startswith(wanted)}
    return starts.pop() if len(starts) == 1 else ""


def _read_line(number: int, line: str, names: dict[str, str]) -> Line:
    separator = "\t" if "\t" in line.strip() else ","
    before, found, after = line.strip().rpartition(separator)
    sector, problem = "", ""
    if found and separator == "\t":
        before, _tab, after = line.strip().partition("\t")
    name = before if found else line
    if found and after.strip():
        sector = _find_sector(after, names)
        if not sector and (separator == "\t" or _is_nearly_a_sector(after, names)):
            problem = gettext("There is no sector called “%(text)s”: choose one.") % {
                "text": " ".join(after.split())[:60]
            }
        elif not sector:
            name = line
    name = " ".join(name.split())
    if not name:
        problem = gettext("The name is missing: write it, or leave the line out.")
    elif len(name) > LONGEST_NAME:
        problem = gettext("The name is longer than %(most)s letters: shorten it.") % {
            "most": LONGEST_NAME
        }
    return Line(number, name, sector, problem)


def _is_nearly_a_sector(text: str, names: dict[str, str]) -> bool:
    wanted = folded(" ".join(text.split()))
    return any(fuzz.ratio(wanted, name) >= ALIKE for name in names)


class ListForm(PlainForm):
    """A list, one organization on each line."""

    text = forms.CharField(
        label=_("Organizations, one on each line"),
        help_text=_(
            "After a comma or a tab you may write the sector. A column or two copied from a "
            "spreadsheet fit as they are."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
        error_messages={"required": _("Paste or type at least one name.")},
    )
    sector = forms.ChoiceField(
        label=_("Sector of lines that name none"),
        choices=[("", _("I choose it for each")), *Sector.choices],
        required=False,
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        self.lines = read_list(text)
        if len(self.lines) > MOST_LINES:
            raise ValidationError(
                _("These are %(count)s lines: paste at most %(most)s at once, then the rest."),
                params={"count": len(self.lines), "most": MOST_LINES},
            )
        return text


class RowForm(PlainForm):
    """One line of the list, to be looked at before it is stored."""

    name = forms.CharField(label=_("Name"), required=False)
    sector = forms.ChoiceField(
        label=_("Sector"), choices=[("", _("Choose one")), *Sector.choices], required=False
    )
    add = forms.BooleanField(label=_("Add"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """The name, when the page said that somebody on the map has it already."""

    note = ""
    """What is to be decided about this line."""

    known: Actor | None = None
    """Who has this name, or one like it, already."""

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned.get("add"):
            return cleaned
        name = cleaned.get("name", "")
        if not name:
            self.add_error("name", _("Write its name, or take the check mark away."))
        elif len(name) > LONGEST_NAME:
            text = gettext("Write at most %(most)s letters.") % {"most": LONGEST_NAME}
            self.add_error("name", text)
        if not cleaned.get("sector") and "sector" not in self.errors:
            self.add_error("sector", _("Choose the sector that fits best."))
        return cleaned
