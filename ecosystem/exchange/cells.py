"""One cell of text → a value. Each function here makes a reader for a kind of cell.

A reader gets text that is not blank and returns the value, or raises ``Unusable`` with a sentence.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from ecosystem.common.days import too_early
from ecosystem.common.fields import ChoiceSetField
from ecosystem.exchange.problems import BLANK, Sentence, Unusable, quoted, unknown_word
from ecosystem.exchange.reader import UNPRINTABLE

CellReader = Callable[[str], Any]

LONGEST_TEXT = 10_000  # characters, for fields whose column has no limit of its own
EARLIEST_YEAR, LATEST_YEAR = 1600, 2100
SOURCE_SEPARATOR = " | "

SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

is_web_address = URLValidator(schemes=["http", "https"])


def longest(model: type[models.Model], field: str) -> int:
    return getattr(model._meta.get_field(field), "max_length", None) or LONGEST_TEXT


def text(limit: int) -> CellReader:
    """Text of at most ``limit`` characters."""

    def read(cell: str) -> str:
        if len(cell) > limit:
            raise Unusable(
                _("%(text)s has %(length)d characters; at most %(limit)d fit.")
                % {"text": quoted(cell), "length": len(cell), "limit": limit}
            )
        if UNPRINTABLE.search(cell):
            raise Unusable(
                _("%(text)s holds a control character.")
                % {"text": quoted(UNPRINTABLE.sub("�", cell))}
            )
        return cell

    return read


def slug(limit: int) -> CellReader:
    """The short name in addresses."""

    def read(cell: str) -> str:
        if not SLUG.fullmatch(cell):
            raise Unusable(
                _("%(text)s is no short name: use a to z, 0 to 9 and hyphens between them.")
                % {"text": quoted(cell)}
            )
        return str(text(limit)(cell))

    return read


def choice(choices: type[models.TextChoices], what: Sentence) -> CellReader:
    """One word of a fixed vocabulary. ``what`` completes “is not …”."""

    def read(cell: str) -> str:
        if cell not in choices.values:
            raise Unusable(unknown_word(cell, what, choices.values))
        return cell

    return read


def choice_set(
    choices: type[models.TextChoices], what: Sentence, field: ChoiceSetField
) -> CellReader:
    """Several words of a fixed vocabulary, separated by semicolons, as ``field`` keeps them."""
    read_one = choice(choices, what)

    def read(cell: str) -> Any:
        return field.to_python([read_one(word.strip()) for word in cell.split(";") if word.strip()])

    return read


def whole(least: int, most: int) -> CellReader:
    def read(cell: str) -> int:
        if not WHOLE.fullmatch(cell):
            raise Unusable(
                _("%(text)s is not a whole number: write digits only.") % {"text": quoted(cell)}
            )
        return int(_within(cell, int(cell), least, most))

    return read


def year(cell: str) -> int:
    return int(whole(EARLIEST_YEAR, LATEST_YEAR)(cell))


def degrees(most: int) -> CellReader:
    """Degrees of latitude (90) or longitude (180)."""

    def read(cell: str) -> float:
        if not DECIMAL.fullmatch(cell):
            raise Unusable(
                _("%(text)s is not a number of degrees, such as -71.06.") % {"text": quoted(cell)}
            )
        return float(_within(cell, float(cell), -most, most))

    return read


def money(cell: str) -> Decimal:
    """Dollars, with at most two decimals."""
    if not DECIMAL.fullmatch(cell):
        raise Unusable(
            _("%(text)s is not an amount: write digits and a point, nothing between thousands.")
            % {"text": quoted(cell)}
        )
    amount = Decimal(cell)
    if amount != round(amount, 2):
        raise Unusable(_("%(text)s has more than two decimals.") % {"text": quoted(cell)})
    return Decimal(_within(cell, amount, 0, 999_999_999_999))


def _within(cell: str, number: Any, least: int, most: int) -> Any:
    if not least <= number <= most:
        raise Unusable(
            _("%(text)s is not between %(least)d and %(most)d.")
            % {"text": quoted(cell), "least": least, "most": most}
        )
    return number


def day(cell: str) -> date:
    found = None
    with suppress(ValueError):
        found = date.fromisoformat(cell) if DAY.fullmatch(cell) else None
    if found is not None:
        if refusal := too_early(found):
            raise Unusable(refusal)
        return found
    raise Unusable(
        _("%(text)s is not a day: write year-month-day, such as 2018-06-30.")
        % {"text": quoted(cell)}
    )


def web_address(limit: int) -> CellReader:
    """An http or https address. It is stored, never opened."""

    def read(cell: str) -> str:
        try:
            is_web_address(cell)
        except ValidationError:
            raise Unusable(
                _("%(text)s is not a web address: it begins with http:// or https://.")
                % {"text": quoted(cell)}
            ) from None
        return str(text(limit)(cell))

    return read


def state(cell: str) -> str:
    if not re.fullmatch("[A-Z]{2}", cell):
        raise Unusable(
            _("%(text)s is not a state in two capital letters, such as MA.")
            % {"text": quoted(cell)}
        )
    return cell


def sources(limit: int) -> CellReader:
    """Citations separated by `` | ``, each once, in their order."""
    read_address = web_address(limit)
    read_text = text(limit)

    def read(cell: str) -> tuple[str, ...]:
        citations = [part.strip() for part in cell.split(SOURCE_SEPARATOR) if part.strip("| ")]
        for citation in citations:
            read_text(citation)
            if citation.lower().startswith(("http:", "https:")):
                read_address(citation)
        if not citations:
            raise Unusable(BLANK)
        return tuple(dict.fromkeys(citations))

    return read


def is_code_repository(address: str) -> bool:
    """Whether the address is that of a repository on GitHub: its host, an owner and a name."""
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www.") == "github.com" and len(
        [part for part in parts.path.split("/") if part]
    ) >= 2
