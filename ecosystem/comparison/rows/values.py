"""What a row of the comparison is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ecosystem.analysis.compare import CellFigure
from ecosystem.findings.text import number, say
from ecosystem.services.comparison import ComparedCity
from ecosystem.templatetags.ui import share


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of one city.

    ``said`` is what people read; ``number`` is what an order goes by and an export holds, None
    where it is not defined. ``base`` says what it rests on. ``ranked`` is False where that is too
    little for any order. ``cell`` is the competency it is about, to be drawn as a square.
    """

    said: str
    number: float | None = None
    base: str = ""
    ranked: bool = True
    cell: CellFigure | None = None

    @property
    def in_order(self) -> bool:
        """Whether there is a figure, and enough behind it."""
        return self.ranked and self.number is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of every city, in the order of the columns.

    ``is_raw``: a count that grows with the effort of mapping. Cities are not put into its order;
    at equal coverage it can be compared.
    """

    slug: str
    label: str
    values: tuple[Value, ...]
    sector: str = ""
    is_raw: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether cities can be put into its order: two of them at least."""
        return not self.is_raw and sum(one.in_order for one in self.values) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """Rows about one thing. ``rule`` is the anchor of the method that explains them."""

    slug: str
    title: str
    reads: str
    rule: str
    rows: tuple[Row, ...]


Cities = Sequence[ComparedCity]


def figure_row(
    slug: str,
    label: object,
    cities: Cities,
    value: Callable[[ComparedCity], Value],
    sector: str = "",
    *,
    is_raw: bool = False,
) -> Row:
    return Row(slug, str(label), tuple(map(value, cities)), sector, is_raw)


def counted(count: int, base: str = "", *, ranked: bool = True) -> Value:
    return Value(_written(count), count, base, ranked)


def kept_by_language(words: Callable[..., str]) -> Callable[..., str]:
    """The same few words are on every page: each is found once in every language."""

    @lru_cache(maxsize=4_000)
    def kept(_language: str | None, *values: object) -> str:
        return words(*values)

    return lambda *values: kept(get_language(), *values)


@kept_by_language
def _written(count: int) -> str:
    return number(count)


def shared(value: float | None, base: str = "", *, ranked: bool = True) -> Value:
    return Value(share(value), value, base, ranked and value is not None)


@kept_by_language
def of_whole(part: int, whole: int) -> str:
    """Of how many an answer is known, such as "3 of 41"."""
    return str(say(_("%(part)s of %(whole)s"), part=part, whole=whole))


@kept_by_language
def organizations(count: int) -> str:
    """How many a figure rests on."""
    pattern = ngettext("%(count)s organization", "%(count)s organizations", count)
    return str(say(pattern, count=count))
