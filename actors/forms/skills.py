"""What an organization can do: the twelve skills on one page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import Viewer
from actors.forms.base import LONGEST_REASON, LONGEST_TEXT, DayField, Difference, in_words
from actors.forms.sources import SourceFields, entered_source
from actors.framework import Area, Competency, Level
from actors.models import SkillStatement, Source
from actors.models.statement import StatementOrigin
from actors.services.editing import Parts, SkillEntry
from ecosystem.analysis.vocabulary import AREAS

NOT_ASKED: Final = ""
UNSAID: Final = "unsaid"

ANSWERS: Final = (
    *((str(level.value), level.label) for level in Level),
    (UNSAID, _("Rather not say")),
    (NOT_ASKED, _("Not asked")),
)

PARTS: Final = ("answer", "evidence", "origin", "confirmed_on", "source")


@dataclass(frozen=True, slots=True)
class SkillFields:
    """The fields of one skill. ``cited`` are the sources seen now, in words."""

    competency: str
    label: str
    answer: BoundField
    details: tuple[BoundField, ...]
    based_on: BoundField
    cited: str
    is_open: bool


class SkillsForm(forms.Form):
    """Twelve answers with what shows them, who said so, and when.

    Parameters
    ----------
    statements
        What is stored, by competency.
    seen
        The same as the writer saw it, where that was something else; None where there was nothing.
    viewer
        Only sources that this person may see are named.
    """

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why do you change it?"),
        help_text=_("Kept in the history, beside what changed."),
        max_length=LONGEST_REASON,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        statements: Mapping[str, SkillStatement],
        viewer: Viewer,
        seen: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.statements = statements
        opened: dict[str, Any] = {**statements, **(seen or {})}
        visible = set(
            Source.objects.visible_to(viewer)
            .filter(statements__in=[one.pk for one in statements.values()])
            .values_list("pk", flat=True)
        )
        self.cited = {
            competency: [source for source in one.sources.all() if source.pk in visible]
            for competency, one in statements.items()
        }
        for competency in Competency:
            self._add(competency, opened.get(competency.value))
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def _add(self, competency: Competency, stored: SkillStatement | None) -> None:
        slug, label = competency.value, competency.label
        said = {"skill": label}
        self.fields |= {
            f"{slug}-answer": forms.ChoiceField(
                label=label, choices=ANSWERS, required=False, widget=forms.RadioSelect
            ),
            f"{slug}-evidence": forms.CharField(
                label=_("What shows it?"),
                help_text=_("A project or an example. Everyone can read it."),
                max_length=LONGEST_TEXT,
                required=False,
                widget=forms.Textarea({"rows": 2}),
            ),
            f"{slug}-origin": forms.ChoiceField(
                label=_("Who said it?"), choices=StatementOrigin.choices, required=False
            ),
            f"{slug}-confirmed_on": DayField(
                label=_("On which day?"),
                help_text=_("Left as it is, a changed answer is of today."),
            ),
            f"{slug}-source": forms.CharField(
                label=SourceFields.base_fields["source"].label,
                max_length=SourceFields.base_fields["source"].max_length,  # type: ignore[attr-defined]
                required=False,
                widget=forms.TextInput({"list": "known-sources", "autocomplete": "off"}),
            ),
            f"{slug}-based_on": forms.IntegerField(required=False, widget=forms.HiddenInput),
        }
        for name in ("evidence", "origin", "confirmed_on", "source"):
            # Twelve fields of the same name: a screen reader says which skill it is about.
            self.fields[f"{slug}-{name}"].widget.attrs["aria-label"] = _("%(field)s %(skill)s") % {
                "field": self.fields[f"{slug}-{name}"].label,
                **said,
            }
        self.initial.update(
            {
                f"{slug}-answer": answer_of(stored),
                f"{slug}-evidence": stored.evidence if stored else "",
                f"{slug}-origin": stored.origin if stored else StatementOrigin.CONVENER,
                f"{slug}-confirmed_on": stored.confirmed_on if stored else None,
                f"{slug}-based_on": stored.version if stored else 0,
            }
        )

    @property
    def areas(self) -> Iterator[tuple[str, list[SkillFields]]]:
        """The skills in their four areas."""
        for area, skills in AREAS.items():
            yield str(Area(area).label), [self._fields_of(slug) for slug in skills]

    def _fields_of(self, slug: str) -> SkillFields:
        details = tuple(self[f"{slug}-{name}"] for name in PARTS[1:])
        return SkillFields(
            competency=slug,
            label=str(Competency(slug).label),
            answer=self[f"{slug}-answer"],
            details=details,
            based_on=self[f"{slug}-based_on"],
            cited=", ".join(str(source) for source in self.cited.get(slug, [])),
            is_open=any(field.errors for field in details),
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        today = timezone.localdate()
        for competency in Competency:
            slug = competency.value
            day = self.cleaned_data.get(f"{slug}-confirmed_on")
            if day and day > today:
                self.add_error(
                    f"{slug}-confirmed_on",
                    ValidationError(_("This day is still to come: enter when it was said.")),
                )
            is_empty = self.cleaned_data.get(f"{slug}-answer") == NOT_ASKED
            if is_empty and slug not in self.statements:
                for name in ("evidence", "source"):
                    if self.cleaned_data.get(f"{slug}-{name}"):
                        self.add_error(
                            f"{slug}-answer",
                            _("Choose an answer: something is written about it below."),
                        )
                        break
        return self.cleaned_data

    @property
    def changed_skills(self) -> list[str]:
        """Competencies about which something was entered."""
        watched = [name for name in PARTS if name != "origin"]
        return [
            one.value
            for one in Competency
            if any(f"{one.value}-{name}" in self.changed_data for name in watched)
            or (one.value in self.statements and f"{one.value}-origin" in self.changed_data)
        ]

    def entries(self, slugs: Iterable[str]) -> list[SkillEntry]:
        """What is to be stored of these skills."""
        return [self._entry(slug) for slug in slugs]

    def _entry(self, slug: str) -> SkillEntry:
        cleaned = self.cleaned_data
        answer = cleaned[f"{slug}-answer"]
        return SkillEntry(
            competency=slug,
            is_asked=answer != NOT_ASKED,
            based_on=cleaned.get(f"{slug}-based_on") or 0,
            level=int(answer) if answer.isdecimal() else None,
            evidence=cleaned[f"{slug}-evidence"],
            origin=cleaned[f"{slug}-origin"],
            confirmed_on=self._day(slug),
            parts=Parts(new_source=entered_source(cleaned, f"{slug}-")),
        )

    def _day(self, slug: str) -> date | None:
        """The day entered; a changed answer whose day was left as it was is of today."""
        day: date | None = self.cleaned_data.get(f"{slug}-confirmed_on")
        answer_changed = f"{slug}-answer" in self.changed_data
        if answer_changed and f"{slug}-confirmed_on" not in self.changed_data:
            return timezone.localdate()
        return day

    def differences(self, stored: "SkillsForm", slugs: list[str]) -> list[Difference]:
        """Where ``stored``, an unbound form of what is stored now, says something else."""
        found = []
        for slug in slugs:
            for name in PARTS[:-1]:
                key = f"{slug}-{name}"
                field = stored.fields[key]
                before = stored.get_initial_for_field(field, key)
                after = self._day(slug) if name == "confirmed_on" else self.cleaned_data.get(key)
                if (before or "") != (after or ""):
                    skill, label = Competency(slug).label, field.label
                    said = str(skill) if name == "answer" else f"{skill}: {label}"
                    found.append(Difference(said, in_words(field, before), in_words(field, after)))
        return found

    def start_from(self, stored: "SkillsForm") -> None:
        """Saved once more, the entries replace what is stored now on purpose.

        Skills about which nothing was entered take what is stored now.
        """
        entered = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for competency in Competency:
            slug = competency.value
            names = ["based_on"] if slug in self.changed_skills else ["based_on", *PARTS]
            for name in names:
                value = stored[f"{slug}-{name}"].value()
                entered[f"{slug}-{name}"] = "" if value is None else str(value)
        self.data = entered

    def proposals(self) -> Iterator[tuple[SkillStatement | None, dict[str, dict[str, Any]]]]:
        """For each skill that changed: what is stored, and its changes for a proposal."""
        for entry in self.entries(self.changed_skills):
            stored = self.statements.get(entry.competency)
            new = {
                "competency": entry.competency,
                "is_asked": entry.is_asked,
                "level": entry.level,
                "evidence": entry.evidence,
                "origin": entry.origin,
                "confirmed_on": entry.confirmed_on.isoformat() if entry.confirmed_on else None,
                "source": entry.parts.new_source.citation if entry.parts.new_source else "",
            }
            old: dict[str, Any] = dict.fromkeys(new) | {"is_asked": False, "source": ""}
            if stored:
                old = {
                    "competency": stored.competency,
                    "is_asked": True,
                    "level": stored.level,
                    "evidence": stored.evidence,
                    "origin": stored.origin,
                    "confirmed_on": stored.confirmed_on and stored.confirmed_on.isoformat(),
                    "source": "",
                }
            # A statement that goes says nothing else; one that comes need not say that.
            names = [name for name in new if (name == "is_asked") != entry.is_asked]
            yield (
                stored,
                {
                    name: {"from": old[name], "to": new[name]}
                    for name in names
                    if old[name] != new[name]
                },
            )


def answer_of(stored: SkillStatement | None) -> str:
    """The value of the choice that says what is stored."""
    if stored is None:
        return NOT_ASKED
    return UNSAID if stored.level is None else str(stored.level)
