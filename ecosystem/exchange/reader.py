"""CSV bytes → rows of text. Knows no table and no database."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from ecosystem.exchange.problems import Unusable

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 15_000  # of two tables: their ids fit SQLite's 32,766 parameters of one query
MAX_COLUMNS = 100

# Line ends and tabs belong to text; other control characters break every format written later.
UNPRINTABLE = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class TextRow:
    """``number`` as a spreadsheet counts: the header is row 1, a cell of two lines is one row."""

    number: int
    cells: list[str]


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises ``Unusable`` for what is no file, too large or out of reach."""
    try:
        if not path.is_file():
            raise Unusable(_("is not a file."))
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unusable(_("cannot be read: %(why)s.") % {"why": error.strerror}) from error
    if len(content) > MAX_BYTES:
        raise Unusable(
            _("is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2},
        )
    return content


def decode(content: bytes) -> str:
    """UTF-8 with or without byte order mark → text, composed (NFC). Raises ``Unusable``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unusable(
            _("is not UTF-8 text (line %(line)d). Save it as “CSV UTF-8”.") % {"line": line}
        ) from error
    if (position := text.find("\0")) >= 0:
        line = text.count("\n", 0, position) + 1
        raise Unusable(_("is no text: line %(line)d holds a NUL character.") % {"line": line})
    return unicodedata.normalize("NFC", text)


def read_rows(content: bytes) -> Iterator[TextRow]:
    """Every row, blank ones left out, cells stripped. Raises ``Unusable`` where reading ends."""
    rows = csv.reader(io.StringIO(decode(content), newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise Unusable(
                _("breaks off in row %(row)d: a quotation mark is wrong, or a cell is too long.")
                % {"row": number}
            ) from error
        if cells is None:
            return
        if number > MAX_ROWS + 1:
            raise Unusable(_("has more than %(limit)d rows.") % {"limit": MAX_ROWS})
        if len(cells) > MAX_COLUMNS and number == 1:
            raise Unusable(_("has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield TextRow(number, cells)
