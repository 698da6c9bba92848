"""What is wrong with what came in, in sentences with a place."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecosystem.exchange.near import near_matches

Sentence = str | Promise  # a lazy translation, or one that is made

SHOWN_CHARACTERS = 80  # of a cell that is quoted in a sentence
KEPT = 200  # problems of one folder that are kept; the rest is counted


class Unusable(Exception):
    """A cell cannot be used. ``reason`` is a sentence about it, without its place."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Problem:
    """``row`` counts as a spreadsheet does: the header is row 1."""

    reason: Sentence
    file: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.row is not None:
            place.append(_("row %(row)d") % {"row": self.row})
        if self.column:
            place.append(_("column %(column)s") % {"column": self.column})
        return f"{', '.join(place)}: {self.reason}" if place else str(self.reason)


class Refused(Exception):
    """What came in is broken; nothing was stored. ``left_out`` problems are counted only."""

    def __init__(self, problems: list[Problem], left_out: int = 0) -> None:
        super().__init__()
        self.problems = problems
        self.left_out = left_out

    def __str__(self) -> str:
        return self.text()

    def text(self, most: int = 20) -> str:
        """A headline, then one problem a line, ``most`` of them."""
        count = len(self.problems) + self.left_out
        lines = [
            ngettext(
                "Nothing was loaded: %(count)d problem.",
                "Nothing was loaded: %(count)d problems.",
                count,
            )
            % {"count": count},
            *(f"  {problem}" for problem in self.problems[:most]),
        ]
        if more := count - min(most, len(self.problems)):
            lines.append("  " + ngettext("… and %(count)d more.", "… and %(count)d more.", more))
            lines[-1] %= {"count": more}
        return "\n".join(lines)


class Problems:
    """Collects problems; whatever number there is, memory stays bounded."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.left_out = 0

    @property
    def are_many(self) -> bool:
        """Whether the next one is only counted."""
        return len(self.found) >= KEPT

    def add(self, reason: Sentence, file: str, row: int | None = None, column: str = "") -> None:
        if not self.are_many:
            self.found.append(Problem(reason, file, row, column))
        else:
            self.left_out += 1

    def refuse_if_any(self, files: list[str]) -> None:
        """Raise ``Refused`` with the problems in the order of ``files`` and their rows."""
        if self.found:
            order = {file: place for place, file in enumerate(files)}
            self.found.sort(key=lambda p: (order.get(p.file, -1), p.row or 0))
            raise Refused(self.found, self.left_out)


def quoted(text: str) -> str:
    """``text`` in quotation marks, shortened, on one line."""
    line = " ".join(text.split())
    if len(line) > SHOWN_CHARACTERS:
        line = line[: SHOWN_CHARACTERS - 1] + "…"
    return f"“{line}”"


def unknown_word(
    text: str, what: Sentence, known: list[str], *, all_named: bool = True
) -> Sentence:
    """The sentence for a word that is none of the ``known`` ones, with the near ones.

    ``what`` completes “is not …”: a sector, an actor of actors.csv. ``all_named`` lists them all.
    """
    near = [quoted(word) for word in near_matches(text, known)]
    values = {
        "text": quoted(text),
        "what": what,
        "near": ngettext("%(words)s", "one of %(words)s", len(near)) % {"words": ", ".join(near)},
        "known": ", ".join(known),
    }
    if near and all_named:
        sentence = _("%(text)s is not %(what)s; did you mean %(near)s? Known: %(known)s.")
    elif near:
        sentence = _("%(text)s is not %(what)s; did you mean %(near)s?")
    elif all_named:
        sentence = _("%(text)s is not %(what)s. Known: %(known)s.")
    else:
        sentence = _("%(text)s is not %(what)s.")
    return sentence % values


BLANK = gettext_lazy("is blank, but must be filled.")
