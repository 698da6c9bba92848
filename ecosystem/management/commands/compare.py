import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rules import operator
from actors.models import City
from ecosystem.comparison.asked import slugs_of
from ecosystem.comparison.document import comparison_document
from ecosystem.comparison.table import found_and_lost
from ecosystem.comparison.terminal import lines
from ecosystem.services.comparison import compare, find_peers, read_coverage


class Command(BaseCommand):
    help = "Set cities side by side, on the same definitions and at equal coverage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "cities", nargs="*", metavar="CITY", help="short names, such as boston cleveland"
        )
        parser.add_argument("--all", action="store_true", help="compare every city")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="en"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._tell(options)

    def _tell(self, options: dict[str, Any]) -> None:
        user = operator()
        everywhere = list(City.objects.visible_to(user).order_by("name", "slug"))
        asked = slugs_of(options["cities"])
        cities, lost = _chosen(everywhere, asked, take_all=options["all"])
        for slug in lost:
            message = _("No city is called “%(slug)s”. The others are compared.")
            self.stderr.write(message % {"slug": slug})
        coverage = read_coverage(everywhere, user)
        comparison = compare(cities, user, coverage)
        peers = find_peers(cities, coverage, user)
        if options["format"] == "json":
            document = comparison_document(comparison, peers, lost)
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
            return
        for line in lines(comparison, peers):
            self.stdout.write(line)


def _chosen(
    everywhere: list[City], asked: tuple[str, ...], *, take_all: bool
) -> tuple[list[City], list[str]]:
    """The cities to compare and the names of none, or a refusal in one sentence."""
    if not everywhere:
        raise CommandError(_("No city is recorded yet. Load one first."), returncode=2)
    if take_all:
        if asked:
            message = _("Name the cities or say --all, not both.")
            raise CommandError(message, returncode=2)
        return everywhere, []
    there = _("There is: %(slugs)s.") % {"slugs": ", ".join(city.slug for city in everywhere)}
    if not asked:
        message = _("Name the cities to compare, or say --all for every one.")
        raise CommandError(f"{message} {there}", returncode=2)
    cities, lost = found_and_lost(asked, everywhere)
    if not cities:
        message = _("No city is called %(names)s.") % {
            "names": ", ".join(f"“{slug}”" for slug in lost)
        }
        raise CommandError(f"{message} {there}", returncode=2)
    return cities, lost
