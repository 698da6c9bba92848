"""Which days can be told of."""

from datetime import date

from django.utils.translation import gettext as _

FIRST_DAY = date(1900, 1, 1)
"""Earlier ones are slips of the pen; close to year 1, subtracting years would fail."""


def too_early(day: date) -> str:
    """Why ``day`` is refused, nothing when it is not."""
    if day >= FIRST_DAY:
        return ""
    return _("%(day)s is too early: name a day from %(first)s on.") % {
        "day": day.isoformat(),
        "first": FIRST_DAY.isoformat(),
    }
