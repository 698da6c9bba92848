"""Load a folder of tables into the database, and say in one sentence what came of it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.common.planner import count_rows_anew
from ecosystem.exchange.apply import Applied, apply_plan
from ecosystem.exchange.columns import TABLES
from ecosystem.exchange.plan import plan_folder
from ecosystem.exchange.problems import Problem, Refused


def load_folder(
    folder: Path,
    *,
    map_date: date | None = None,
    progress: Callable[[str], None] = lambda file: None,
) -> Applied:
    """Store what the tables of ``folder`` say. Raises ``Refused``; then nothing has changed.

    ``map_date`` is the day that cities without one of their own describe. Loading a folder again
    only brings back what people deleted; loading a changed one changes what an earlier load wrote,
    never what people wrote. ``progress`` is told each file before its rows are stored.
    """
    plan = plan_folder(folder, map_date)
    try:
        applied = apply_plan(plan, progress)
    except IntegrityError as error:
        clash = _("the rows clash with others that somebody stored. Load once more.")
        raise Refused([Problem(clash, str(folder))]) from error
    count_rows_anew()
    return applied


def describe(applied: Applied) -> str:
    """What a load did, on one line."""
    sentences = []
    if created := _counted(applied.created):
        sentences.append(_("Loaded %(what)s.") % {"what": created})
    if changed := _counted(applied.changed):
        sentences.append(_("Changed %(what)s.") % {"what": changed})
    if not sentences:
        sentences.append(
            ngettext(
                "Nothing to change: the one row is there already.",
                "Nothing to change: all %(count)d rows are there already.",
                applied.rows,
            )
            % {"count": applied.rows}
        )
    if applied.kept:
        sentences.append(
            ngettext(
                "%(count)d row keeps what people changed.",
                "%(count)d rows keep what people changed.",
                applied.kept,
            )
            % {"count": applied.kept}
        )
    if applied.gone:
        sentences.append(
            ngettext(
                "%(count)d record of an earlier load is no longer in the folder and stays.",
                "%(count)d records of earlier loads are no longer in the folder and stay.",
                applied.gone,
            )
            % {"count": applied.gone}
        )
    return " ".join(sentences)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(
        str(table.noun % {"count": counts[table.file]}) for table in TABLES if counts[table.file]
    )
