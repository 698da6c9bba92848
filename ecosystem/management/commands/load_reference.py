"""The seven cities of the reference data, or another folder of the same ten tables."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from ecosystem.exchange import cells
from ecosystem.exchange.load import describe, load_folder
from ecosystem.exchange.problems import Refused, Unusable

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
MAP_DATE = date(2018, 6, 30)  # the day of the report that the reference data rests on


def _day(text: str) -> date:
    try:
        return cells.day(text)
    except Unusable as unusable:
        raise ArgumentTypeError(str(unusable.reason)) from unusable


class Command(BaseCommand):
    help = str(
        _(
            "Loads the reference data: cities, actors, ties, competencies and collaboratives with "
            "their sources. A second time it only brings back what people deleted; what people "
            "wrote is never changed."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder",
            type=Path,
            default=REFERENCE,
            help=str(_("another folder with the same ten tables")),
        )
        parser.add_argument(
            "--map-date",
            type=_day,
            default=MAP_DATE,
            metavar="YYYY-MM-DD",
            help=str(
                _("the day the maps describe, where the table of cities names none (%(default)s)")
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            applied = load_folder(
                options["folder"], map_date=options["map_date"], progress=self._show
            )
        except Refused as refused:
            raise CommandError(refused.text(), returncode=2) from refused
        except DatabaseError as error:  # no tables yet, out of reach, disk full
            said = str(error).strip().splitlines()[:1]
            raise CommandError(
                _("Nothing was loaded. The database says: %(said)s") % {"said": " ".join(said)}
            ) from error
        if options["verbosity"]:
            self.stdout.write(describe(applied))

    def _show(self, file: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{file} …")
