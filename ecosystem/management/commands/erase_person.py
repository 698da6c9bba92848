from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.services.erasure import NotErased, erase_person


class Command(BaseCommand):
    help = (
        "Erase everything about the person with this address, history included: account, roles, "
        "contacts, invitations, messages, sessions. Organizations stay. Texts that hold the "
        "person's name are listed; --names takes it out of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the person's e-mail address")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument(
            "--names", action="store_true", help="take names and telephone numbers out of texts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email, dry_run = options["email"].strip(), options["dry_run"]
        try:
            validate_email(email)
        except ValidationError as error:
            message = _("This is no e-mail address. One looks like name@example.org.")
            raise CommandError(message, returncode=2) from error
        try:
            done = erase_person(email, names_too=options["names"], dry_run=dry_run)
        except NotErased as refused:
            raise CommandError(str(refused), returncode=2) from refused
        for kind, count in sorted(done.counts.items()):
            self.stdout.write(f"{count:>8} {kind}")
        for text in done.texts:
            self.stdout.write(
                _("Look at it yourself: %(kind)s %(number)s, %(field)s")
                % {"kind": text.model, "number": text.record, "field": text.field}
            )
        self.stdout.write(_said(sum(done.counts.values()), len(done.texts), dry_run=dry_run))


def _said(count: int, texts: int, *, dry_run: bool) -> str:
    if not count and not texts:
        return _("Nothing about a person with this address was found.")
    if dry_run:
        said = ngettext(
            "Would erase %(count)s row; nothing was changed.",
            "Would erase %(count)s rows; nothing was changed.",
            count,
        )
    else:
        said = ngettext("Erased %(count)s row.", "Erased %(count)s rows.", count)
    told = [said % {"count": count}]
    if texts:
        pattern = ngettext(
            "%(count)s text holds the name and was left as it is.",
            "%(count)s texts hold the name and were left as they are.",
            texts,
        )
        told.append(pattern % {"count": texts})
    return " ".join(told)
