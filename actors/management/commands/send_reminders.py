from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.services.campaigns import Due, due_reminders, queue_reminders
from actors.services.letters import CannotSend, site_address
from actors.services.outbox import Sending, send_due


class Command(BaseCommand):
    help = (
        "Remind those who did not answer a campaign, at most once per period and three times in "
        "all, and send every message that waits. For cron: however often and by however many it is "
        "run, no message goes out twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--waiting-only",
            action="store_true",
            help="send what waits, such as links that somebody asked for; remind nobody",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site_address("/")
            is_reminding = not options["waiting_only"]
            due = due_reminders(timezone.localdate()) if is_reminding else Due([], [])
            reminders = queue_reminders(due)
            done = send_due()
            done.no_mail += len(due.no_mail)
        except CannotSend as refused:
            raise CommandError(str(refused), returncode=2) from refused
        told = _told(reminders, done)
        if not done.is_reachable:
            raise CommandError(told, returncode=3)
        self.stdout.write(told)


def _told(reminders: int, done: Sending) -> str:
    """What came of the run, in one line."""
    figures = [
        (_("reminders written: %(count)s"), reminders),
        (_("sent: %(count)s"), done.sent),
        (_("refused by the mail server: %(count)s"), done.refused),
        (_("put off: %(count)s"), done.put_off),
        (_("no longer wanted: %(count)s"), done.not_wanted),
        (_("left out, for they asked not to be written to: %(count)s"), done.no_mail),
        (_("not known whether sent: %(count)s"), done.unsure),
        (_("waiting: %(count)s"), done.waiting),
    ]
    always = 2
    said = [
        pattern % {"count": count}
        for place, (pattern, count) in enumerate(figures)
        if count or place < always
    ]
    if not done.is_reachable:
        said.append(_("the mail server can't be reached"))
    text = ", ".join(said)
    return f"{text[:1].upper()}{text[1:]}."
