"""What was given to a collaborative, and what it is worth in dollars."""

from decimal import Decimal

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.models import Actor
from collaboratives.models import Collaborative, Contribution
from ecosystem.profiles import source_links, with_sources


class Ledger:
    """The lines of a collaborative's ledger given by those that ``user`` may see.

    ``total`` adds the known worth of the lines that are not counted in another one of these; None
    when there is none. A line that ``user`` may not see counts nothing in. Sources may tell of one
    gift twice, so it is never more than "at most".
    """

    def __init__(self, collaborative: Collaborative, user: Viewer) -> None:
        seen = Q(giver=None) | Q(giver__in=Actor.objects.visible_to(user))
        rows = collaborative.contributions.filter(seen).select_related("giver__city")
        lines = list(with_sources(rows, user))
        seen_ids = {line.pk for line in lines}
        self.rows = [
            {
                "line": line,
                "is_counted": line.counted_in_id in seen_ids,
                "worth": said_worth(line),
                "sources": source_links(line.sources.all()),
            }
            for line in lines
        ]
        added = [
            worth
            for line in lines
            if (worth := worth_of(line)) is not None and line.counted_in_id not in seen_ids
        ]
        self.added_count = len(added)
        self.total = sum(added, Decimal()) if added else None

    @property
    def sentence(self) -> str:
        """What is known of the whole, in one sentence."""
        if self.total is None:
            return ngettext(
                "%(count)s entry; no amount is known.",
                "%(count)s entries; no amount is known.",
                len(self.rows),
            ) % {"count": number_format(len(self.rows))}
        said = {
            "count": number_format(len(self.rows)),
            "total": dollars(self.total),
            "added": number_format(self.added_count),
        }
        if self.added_count == 1:
            return (
                ngettext(
                    "%(count)s entry, worth %(total)s.",
                    "%(count)s entries; one of them has an amount, %(total)s.",
                    len(self.rows),
                )
                % said
            )
        return (
            _("%(count)s entries; the %(added)s with an amount add up to at most %(total)s.") % said
        )


def worth_of(line: Contribution) -> Decimal | None:
    """Dollars: the amount, or hours times rate; None is unknown, not nothing."""
    if line.amount is not None:
        return line.amount
    if line.hours is not None and line.hourly_rate is not None:
        return line.hours * line.hourly_rate
    return None


def said_worth(line: Contribution) -> str:
    """The worth of a line in words, nothing when it is not known."""
    worth = worth_of(line)
    return "" if worth is None else dollars(worth)


def dollars(amount: Decimal) -> str:
    """$200,000 or $1.50: cents only where there are some."""
    whole = amount == amount.to_integral_value()
    return "$" + number_format(round(amount, 2), 0 if whole else 2, force_grouping=True)
