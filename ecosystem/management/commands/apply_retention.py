from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.services.erasure import KEEP_MONTHS, apply_retention


class Command(BaseCommand):
    help = (
        "Forget what nobody needs any longer: addresses and messages of campaigns that ended long "
        "ago, and sessions that ended. For cron, once a day or a month."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--months",
            type=int,
            default=KEEP_MONTHS,
            metavar="N",
            help=f"keep them so long after the end of a campaign (default {KEEP_MONTHS})",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["months"] <= 1200:
            raise CommandError(_("The months are a number from 0 to 1200."), returncode=2)
        counts = apply_retention(months=options["months"], dry_run=options["dry_run"])
        for kind, count in sorted(counts.items()):
            self.stdout.write(f"{count:>8} {kind}")
        count = sum(counts.values())
        if options["dry_run"]:
            said = ngettext(
                "Would forget %(count)s row; nothing was changed.",
                "Would forget %(count)s rows; nothing was changed.",
                count,
            )
        else:
            said = ngettext("Forgot %(count)s row.", "Forgot %(count)s rows.", count)
        self.stdout.write(said % {"count": count})
