"""Fast entry in a room: one organization, one tie, or many lines."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.forms.actor import find_by_name
from actors.forms.plain import PlainForm
from actors.forms.setup import LONGEST_LIST, LONGEST_NAME, MOST_LINES, find_sector, read_list
from actors.framework import Sector, TieKind
from actors.models import Actor, City
from ecosystem.common.wording import folded

DASHES: Final = re.compile(r"\s+(?:–|—|-|>|→)\s+")
LONGEST_TABLE: Final = 60


class TableForm(PlainForm):
    """Which table or group speaks."""

    table = forms.CharField(
        label=_("Table or group"),
        help_text=_(
            "Leave it empty when the whole room speaks. Tables that work apart each get a name: "
            "then the map knows who was named twice."
        ),
        max_length=LONGEST_TABLE,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_table(self) -> str:
        return " ".join(self.cleaned_data["table"].split())


class OrganizationForm(TableForm):
    """One organization. A sector may follow the name, after a comma, or be chosen."""

    field_order = ("name", "sector", "table")

    name = forms.CharField(
        label=_("Name of an organization"),
        help_text=_("Enter adds it. The start of a sector may follow after a comma: “, local”."),
        max_length=LONGEST_NAME + 40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": _("Type the name of an organization.")},
    )
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=[("", _("Choose one")), *Sector.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the sector that fits best.")},
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        text = cleaned.get("name", "")
        before, comma, after = text.rpartition(",")
        if comma and before.strip() and (sector := find_sector(after)):
            text, cleaned["sector"] = before, sector
        cleaned["name"] = " ".join(text.split())
        if len(cleaned["name"]) > LONGEST_NAME:
            text = gettext("Write at most %(most)s letters.") % {"most": LONGEST_NAME}
            self.add_error("name", text)
        return cleaned


class WorkshopTieForm(TableForm):
    """One tie between two organizations, by name."""

    first = forms.CharField(
        label=_("First organization"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Type the name of the first organization.")},
        widget=forms.TextInput({"list": "organizations", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What the first one does"),
        choices=TieKind.choices,
        error_messages={
            "required": _("Choose what they do together."),
            "invalid_choice": _("Choose what they do together."),
        },
    )
    second = forms.CharField(
        label=_("Second organization"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Type the name of the second organization.")},
        widget=forms.TextInput({"list": "organizations", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, city: City, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city, self.viewer = city, viewer

    def clean_first(self) -> Actor:
        return find_by_name(self.cleaned_data["first"], self.city, self.viewer)

    def clean_second(self) -> Actor:
        second = find_by_name(self.cleaned_data["second"], self.city, self.viewer)
        if second == self.cleaned_data.get("first"):
            raise ValidationError(_("Choose another organization: a tie needs two."))
        return second


class ManyForm(TableForm):
    """Many lines: organizations, and ties as "City Hall – Code for Boston: funds"."""

    lines = forms.CharField(
        label=_("Many lines at once"),
        help_text=_(
            "One organization on each line, with its sector after a comma. Or a tie: “City Hall – "
            "Code for Boston: funds”. Lines that can’t be stored stay here and say why."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        error_messages={"required": _("Type at least one line.")},
    )
    many_sector = forms.ChoiceField(
        label=_("Sector of lines that name none"),
        choices=[("", _("Choose one")), *Sector.choices],
        required=False,
    )

    def clean_lines(self) -> str:
        text = str(self.cleaned_data["lines"])
        if len([line for line in text.splitlines() if line.strip()]) > MOST_LINES:
            raise ValidationError(
                _("These are too many lines: enter at most %(most)s at once, then the rest."),
                params={"most": MOST_LINES},
            )
        return text


@dataclass(frozen=True, slots=True)
class TieLine:
    """A tie that was typed as one line; names are as they were typed."""

    first: str
    second: str
    kind: str


def read_tie(line: str) -> TieLine | None:
    """A line such as "City Hall – Code for Boston: funds"; None when it is no tie.

    Raises ``ValidationError`` when it looks like one, but its kind is not known.
    """
    sides, colon, kind = line.rpartition(":")
    parts = DASHES.split(sides.strip())
    if not colon or len(parts) != 2 or not all(part.strip() for part in parts):
        return None
    found = _find_kind(kind)
    if not found:
        raise ValidationError(
            _("There is no kind of tie called “%(text)s”. There are: %(kinds)s."),
            params={
                "text": " ".join(kind.split())[:60],
                "kinds": ", ".join(str(label) for label in TieKind.labels),
            },
        )
    return TieLine(parts[0].strip(), parts[1].strip(), found)


def _find_kind(text: str) -> str:
    names = {folded(str(one.label)): one.value for one in TieKind}
    with translation.override("en"):
        names |= {folded(str(one.label)): one.value for one in TieKind}
    wanted = folded(" ".join(text.split()))
    starts = {value for name, value in names.items() if wanted and name.startswith(wanted)}
    return names.get(wanted) or (starts.pop() if len(starts) == 1 else "")


def read_organization(line: str) -> tuple[str, str, str]:
    """Name, sector or "", and what is wrong or "", of one line."""
    read = read_list(line)[0]
    return read.name, read.sector, read.problem
