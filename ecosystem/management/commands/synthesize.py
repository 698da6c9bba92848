"""Invented cities, for load tests."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ecosystem.synthesis import Impossible, Made, synthesize


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a whole number.") from error


class Command(BaseCommand):
    help = (
        "Makes invented cities for load tests, marked as such. The same seed and number of actors "
        "give the same cities. Cities that exist already are refused, and nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, metavar, text in (
            ("--cities", "N", "how many cities"),
            ("--actors", "M", "how many actors each city has, visitors not counted"),
            ("--seed", "S", "which cities: 0 or a positive whole number"),
        ):
            parser.add_argument(name, type=_whole_number, required=True, metavar=metavar, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        cities, seed = options["cities"], options["seed"]

        def show(number: int) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\rCity {number} of {cities} …", ending="")

        try:
            made = synthesize(cities=cities, actors=options["actors"], seed=seed, progress=show)
        except Impossible as impossible:
            raise CommandError(str(impossible), returncode=2) from impossible
        finally:
            if self.stderr.isatty():
                self.stderr.write("\r", ending="")
        self.stdout.write(f"Invented with seed {seed}: {', '.join(_said(made))}.")


def _said(made: Made) -> Iterator[str]:
    for model, count in made.items():
        name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
        if count:
            yield f"{count:,} {name}"
