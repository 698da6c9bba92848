"""Generated folders: taken whole, or refused with a sentence. No traceback, no partial load."""

import csv
import io
import random
from contextlib import suppress

import pytest
from django.db import transaction

from actors.models import Actor, City, Relationship, Source
from collaboratives.models import Contribution, Engagement, Membership
from ecosystem.exchange.load import describe, load_folder
from ecosystem.exchange.plan import plan_folder
from ecosystem.exchange.problems import Refused
from tests.ecosystem.folders import SMALL, write_folder
from tests.factories import DAY

FOLDERS = 2_000
SEEDS = range(8)  # FOLDERS in parts, so that they run beside each other

NASTY = [
    "",
    " ",
    "\0",
    "\x1b[31m",
    "\ufeff",
    "\u202e",
    "\u2028",
    "\N{NO-BREAK SPACE}",
    "é",
    "e\u0301",
    "漢字",
    "😀",
    "'",
    '"',
    '""',
    ",",
    ";",
    "|",
    " | ",
    "\n",
    "\r",
    "\r\n",
    "=1+1",
    "@SUM(A1)",
    "-1",
    "0",
    "1e308",
    "NaN",
    "inf",
    "9" * 30,
    "٣",
    "2018-06-30",
    "0000-00-00",
    "9999-12-31",
    "true",
    "null",
    "%s",
    "%(text)s",
    "{0}",
    "../../etc/passwd",
    "<script>",
    "https://",
    "http://[::1",
    "https://example.org/" + "x" * 600,
    "x" * 5_000,
    "x" * 140_000,
    "oak",
    "oak-data",
    "oak-table",
    "grant",
    "existing",
]


def as_rows(text):
    return list(csv.reader(io.StringIO(text)))


def as_text(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def other_cell(chance, text):
    rows = as_rows(text)
    row = chance.choice(rows[chance.random() < 0.9 :])
    if row:
        place = chance.randrange(len(row))
        nasty = chance.choice(NASTY)
        row[place] = chance.choice([nasty, row[place] + nasty, nasty + row[place], row[place][1:]])
    return as_text(rows)


def cell_of_elsewhere(chance, text):
    rows = as_rows(text)
    other = chance.choice(as_rows(chance.choice(list(SMALL.values()))))
    row = chance.choice(rows)
    if row:
        row[chance.randrange(len(row))] = chance.choice(other)
    return as_text(rows)


def other_order(chance, text):
    rows = as_rows(text)
    body = rows[1:]
    chance.shuffle(body)
    return as_text([*rows[:1], *body])


def row_twice(chance, text):
    rows = as_rows(text)
    return as_text([*rows, chance.choice(rows)])


def row_gone(chance, text):
    rows = as_rows(text)
    del rows[chance.randrange(len(rows))]
    return as_text(rows)


def column_gone(chance, text):
    rows = as_rows(text)
    place = chance.randrange(max(len(rows[0]), 1)) if rows else 0
    return as_text([row[:place] + row[place + 1 :] for row in rows])


def column_more(chance, text):
    name = chance.choice(["status", "strength", "level", "ended_on", "map_date", "source", ""])
    cells = ["", "1", "3", "existing", "wished", "2018-01-01", "x"]
    rows = as_rows(text)
    return as_text([[*row, chance.choice(cells) if at else name] for at, row in enumerate(rows)])


def byte_changed(chance, text):
    data = bytearray(text if isinstance(text, bytes) else text.encode())
    for _time in range(chance.randrange(1, 4)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data).decode("latin-1") if chance.random() < 0.5 else bytes(data)


def cut_off(chance, text):
    return text[: chance.randrange(len(text) + 1)]


def another_table(chance, _text):
    return chance.choice(list(SMALL.values()))


CHANGES = [
    other_cell,
    other_cell,
    other_cell,
    cell_of_elsewhere,
    cell_of_elsewhere,
    other_order,
    row_twice,
    row_gone,
    column_gone,
    column_more,
    byte_changed,
    cut_off,
    another_table,
]


def generated(chance):
    """``SMALL`` after one to three changes."""
    tables = dict(SMALL)
    for _time in range(chance.randrange(1, 4)):
        file = chance.choice(list(tables))
        # A table that an earlier change broke for good stays as broken as it is.
        with suppress(csv.Error, IndexError, TypeError):
            tables[file] = chance.choice(CHANGES)(chance, tables[file])
    return tables


def plan_or_refusal(folder):
    try:
        return plan_folder(folder, DAY), None
    except Refused as refusal:
        return None, refusal


def counts():
    models = (City, Actor, Relationship, Membership, Contribution, Engagement, Source)
    return [model.objects.count() for model in models]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_folder_is_taken_whole_or_refused_in_words(tmp_path, seed):
    chance = random.Random(seed)
    taken = refused = 0
    before = counts()

    for _number in range(FOLDERS // len(SEEDS)):
        folder = write_folder(tmp_path, generated(chance))
        plan, refusal = plan_or_refusal(folder)
        if refusal is not None:
            refused += 1
            assert len(refusal.text().splitlines()) >= 2
            assert all(problem.file and str(problem.reason) for problem in refusal.problems)
            continue
        taken += 1
        with transaction.atomic():
            applied = load_folder(folder, map_date=DAY)
            transaction.set_rollback(True)
        assert applied.created == {file: len(rows) for file, rows in plan.rows.items()}

    assert counts() == before
    assert taken > 20
    assert refused > 100


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_folder_over_an_earlier_load_is_taken_once(tmp_path, seed):
    chance = random.Random(100 + seed)
    load_folder(write_folder(tmp_path), map_date=DAY)
    before = counts()
    taken = 0

    for _number in range(40):
        folder = write_folder(tmp_path, generated(chance))
        if plan_or_refusal(folder)[1] is not None:
            continue
        taken += 1
        with transaction.atomic():
            load_folder(folder, map_date=DAY)
            again = load_folder(folder, map_date=DAY)
            transaction.set_rollback(True)
        assert describe(again).startswith("Nothing to change: ")

    assert counts() == before
    assert taken > 3
