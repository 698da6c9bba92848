"""Model fields that Django does not bring."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

SEPARATOR = "|"


class ChoiceSetField(models.TextField):
    """Several of a fixed list of choices, kept in one text column as ``|a|b|``.

    The value is a tuple in the order of ``choices``; no choice is the empty tuple. Works the same
    on SQLite and PostgreSQL, and history sees it like any other field. ``field__has="a"`` finds
    the rows that contain a choice.
    """

    description = _("Several of a fixed list of choices")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Give the model ``get_<name>_display``, the labels with commas between."""

        def display(instance: models.Model) -> str:
            labels = dict(self.flatchoices)
            chosen = self.to_python(getattr(instance, name))
            return ", ".join(str(labels.get(value, value)) for value in chosen)

        setattr(cls, f"get_{name}_display", display)  # first, so that Django makes none
        super().contribute_to_class(cls, name, private_only)

    @cached_property
    def _known(self) -> tuple[str, ...]:
        return tuple(value for value, _label in self.flatchoices)

    def _ordered(self, chosen: Iterable[str]) -> tuple[str, ...]:
        wanted = set(chosen)
        known = [value for value in self._known if value in wanted]
        return (*known, *sorted(wanted.difference(known)))

    def to_python(self, value: Any) -> tuple[str, ...]:
        if not value:
            return ()
        chosen = value.split(SEPARATOR) if isinstance(value, str) else value
        return self._ordered(str(item) for item in chosen if item)

    def from_db_value(self, value: Any, *_args: Any) -> tuple[str, ...]:
        return self.to_python(value)

    def get_default(self) -> tuple[str, ...]:
        return self.to_python(super().get_default())

    def get_prep_value(self, value: Any) -> str:
        chosen = self.to_python(value)
        return f"{SEPARATOR}{SEPARATOR.join(chosen)}{SEPARATOR}" if chosen else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        if unknown := [item for item in self.to_python(value) if item not in self._known]:
            raise ValidationError(
                _("“%(value)s” is not one of the choices."),
                params={"value": ", ".join(unknown)},
            )

    def formfield(self, **kwargs: Any) -> Any:
        return forms.TypedMultipleChoiceField(
            choices=self.choices or (),
            coerce=str,
            empty_value=[],
            required=False,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


@ChoiceSetField.register_lookup
class Has(models.Lookup):
    """``roles__has="backbone"``: the set contains this choice."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(
        self, compiler: Any, connection: Any, function: str = "STRPOS"
    ) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        # Not LIKE: its wildcards would need escapes, and SQLite's would ignore case.
        needle = f"{SEPARATOR}{self.rhs}{SEPARATOR}"
        return f"{function}({column}, %s) > 0", (*column_params, needle)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.as_sql(compiler, connection, function="INSTR")
