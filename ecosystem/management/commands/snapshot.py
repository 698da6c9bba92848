from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import operator
from actors.models import City
from ecosystem.management.commands.gaps import find_city, read_day
from ecosystem.services.snapshots import (
    LONGEST_NOTE,
    SnapshotRefused,
    Taken,
    take_monthly_snapshot,
    take_snapshot,
)


class Command(BaseCommand):
    help = (
        "Keep a city's map as it is known now, to compare it with later ones. For cron: "
        "--all --monthly takes one of each city in a calendar month, however often it runs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "city", nargs="?", metavar="CITY", help="short name of a city, such as boston"
        )
        parser.add_argument("--all", action="store_true", help="every city")
        parser.add_argument(
            "--monthly",
            action="store_true",
            help="leave out a city of which one was taken in this calendar month",
        )
        parser.add_argument("--as-of", metavar="DATE", help="the day to show, such as 2018-06-30")
        parser.add_argument("--note", metavar="TEXT", default="", help="what to remember it by")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["city"]) == options["all"]:
            raise CommandError(_("Name one city, or use --all for every city."), returncode=2)
        if options["monthly"] and (options["as_of"] or options["note"]):
            message = _("--monthly is of the map's own day and has no note.")
            raise CommandError(message, returncode=2)
        if len(options["note"]) > LONGEST_NOTE:
            message = _("The note has %(count)s characters; %(longest)s are kept at most.")
            said = message % {"count": len(options["note"]), "longest": LONGEST_NOTE}
            raise CommandError(said, returncode=2)
        self.day = read_day(options["as_of"])
        if options["all"]:
            self._take_all(options)
            return
        city = find_city(options["city"])
        try:
            taken = self._take(city, options)
        except SnapshotRefused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(_told(taken, city, monthly=options["monthly"]))

    def _take(self, city: City, options: dict[str, Any]) -> Taken:
        if options["monthly"]:
            return take_monthly_snapshot(city)
        return take_snapshot(city, as_of=self.day, note=options["note"])

    def _take_all(self, options: dict[str, Any]) -> None:
        """Each city in a transaction of its own: one that is refused stops no other."""
        cities = City.objects.visible_to(operator()).order_by("slug")
        new = kept = refused = 0
        for city in cities:
            try:
                taken = self._take(city, options)
            except SnapshotRefused as refusal:
                refused += 1
                self.stderr.write(f"{city.slug}: {refusal}")
                continue
            new += taken.is_new
            kept += not taken.is_new
            if options["verbosity"] > 1 or self.stderr.isatty():
                self.stderr.write(_told(taken, city, monthly=options["monthly"]))
        said = ngettext("%(count)s snapshot taken.", "%(count)s snapshots taken.", new)
        told = [said % {"count": new}]
        if kept:
            pattern = ngettext(
                "%(count)s city had one already.", "%(count)s cities had one already.", kept
            )
            told.append(pattern % {"count": kept})
        if refused:
            pattern = ngettext(
                "%(count)s city was left out.", "%(count)s cities were left out.", refused
            )
            told.append(pattern % {"count": refused})
        self.stdout.write(" ".join(told))


def _told(taken: Taken, city: City, *, monthly: bool) -> str:
    snapshot = taken.snapshot
    values = {"city": city.name, "day": date_format(snapshot.as_of), "number": snapshot.pk}
    if taken.is_new:
        figures = snapshot.results["figures"]
        counts = {
            "organizations": figures["on_map"],
            "ties": figures["ties"],
            "covered": figures["states"]["covered"],
        }
        pattern = _(
            "Took snapshot %(number)s of %(city)s as of %(day)s: organizations on the map "
            "%(organizations)s, ties %(ties)s, skills covered %(covered)s of 12."
        )
        return pattern % (values | counts)
    if monthly:
        return _("%(city)s has a snapshot of this month already: number %(number)s.") % values
    pattern = _("Nothing changed in %(city)s since snapshot %(number)s as of %(day)s: none taken.")
    return pattern % values
