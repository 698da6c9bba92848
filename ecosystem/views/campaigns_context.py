"""What the pages of campaigns say: sentences, filters, the table of answers, the letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from actors.forms.base import ASIDE, Difference
from actors.forms.campaigns import CampaignForm
from actors.framework import Sector
from actors.models import Campaign, City
from actors.models.campaign import CampaignStatus
from actors.services.letters import (
    DUMMY_NO_MAIL_PATH,
    DUMMY_PATH,
    Letter,
    NoSiteAddress,
    Recipient,
    site_address,
    write_letter,
)
from actors.services.links import LINK_DAYS
from actors.services.outbox import Sending, reply_address
from ecosystem.selectors.campaigns import (
    ANSWERED,
    ASKED,
    NEVER,
    WITH,
    WITHOUT,
    Asked,
    Candidate,
    Response,
    is_over,
    response_by_sector,
    total_response,
)

VALUE_LENGTH: Final = 60

GROUPS: Final[dict[str, tuple[str | Promise, dict[str, str | Promise]]]] = {
    "sector": (gettext_lazy("Sector"), dict(Sector.choices)),
    "freshness": (
        gettext_lazy("Last confirmed"),
        {
            "fresh": gettext_lazy("Up to 12 months ago"),
            "ageing": gettext_lazy("12 to 24 months ago"),
            "stale": gettext_lazy("More than 24 months ago"),
            NEVER: gettext_lazy("Never"),
        },
    ),
    "asked": (
        gettext_lazy("Asked before"),
        {
            NEVER: gettext_lazy("Never asked"),
            ASKED: gettext_lazy("Asked, no answer"),
            ANSWERED: pgettext_lazy("organization", "Answered"),
        },
    ),
    "address": (
        gettext_lazy("E-mail address"),
        {WITH: gettext_lazy("Address known"), WITHOUT: gettext_lazy("No address")},
    ),
}


class PeopleFilter:
    """Any of the values chosen in a group, and all groups together.

    ``ignored`` are values in the address that no group offers: they are left out, and said.
    """

    def __init__(self, asked: QueryDict, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        self.chosen: dict[str, list[str]] = {}
        self.ignored: list[str] = []
        for name, (_label, offered) in GROUPS.items():
            values = list(dict.fromkeys(asked.getlist(name)))
            self.chosen[name] = [value for value in values if value in offered]
            unknown = (value for value in values if value and value not in offered)
            self.ignored += [value[:VALUE_LENGTH] for value in unknown]
        self.found = self._matching(GROUPS)

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    def _matching(self, names: Iterable[str]) -> list[Candidate]:
        wanted = [(name, set(self.chosen[name])) for name in names if self.chosen[name]]
        return [
            one
            for one in self.candidates
            if all(getattr(one, name) in values for name, values in wanted)
        ]

    def groups(self) -> list[dict[str, Any]]:
        """For _filter_group.html, with how many each choice would show."""
        found = []
        for name, (label, offered) in GROUPS.items():
            reachable = self._matching(other for other in GROUPS if other != name)
            counts = [getattr(one, name) for one in reachable]
            found.append(
                {
                    "name": name,
                    "label": label,
                    "open": bool(self.chosen[name]) or name != "sector",
                    "options": [
                        {
                            "value": value,
                            "label": words,
                            "checked": value in self.chosen[name],
                            "count": counts.count(value),
                            "sector": value if name == "sector" else "",
                        }
                        for value, words in offered.items()
                    ],
                }
            )
        return found


# ── Sentences ────────────────────────────────────────────────────────────────────────────────────


def list_lede(city: City, rows: Sequence[Any]) -> str:
    """How many people were asked so far, and how many answered."""
    asked = sum(row.asked_count for row in rows)
    if not asked:
        return _(
            "Nobody was asked yet whether the map of %(city)s is right. A campaign sends each "
            "organization a personal link; most answer within two minutes."
        ) % {"city": city.name}
    return _answered_sentence(sum(row.answered_count for row in rows), asked)


def _answered_sentence(answered: int, asked: int) -> str:
    said = ngettext(
        "%(answered)s of %(asked)s person asked has answered.",
        "%(answered)s of %(asked)s people asked have answered.",
        asked,
    )
    return said % {"answered": number_format(answered), "asked": number_format(asked)}


def campaign_lede(campaign: Campaign, rows: Sequence[Asked]) -> str:
    """Where the campaign stands, in one sentence or two."""
    total = total_response(rows)
    if campaign.status == CampaignStatus.DRAFT:
        to_ask = total.listed - total.no_mail
        if not to_ask:
            return _("A draft: choose whom to ask. Nothing is sent until you say so.")
        said = ngettext(
            "A draft for %(count)s person. Read the message below, then send it.",
            "A draft for %(count)s people. Read the message below, then send it.",
            to_ask,
        )
        return said % {"count": number_format(to_ask)}
    state = _state_sentence(campaign)
    return f"{_answered_sentence(total.answered, total.asked)} {state}"


def _state_sentence(campaign: Campaign) -> str:
    if campaign.status == CampaignStatus.STOPPED:
        return _("The campaign is stopped: nothing more is sent.")
    if is_over(campaign) and campaign.ends_on is not None:
        return _("The campaign ended on %(day)s.") % {"day": date_format(campaign.ends_on)}
    return _("The campaign is running.")


def told_sending(done: Sending) -> str:
    """What came of sending, in words."""
    if not done.is_reachable:
        return _("The mail server can't be reached. Nothing is lost: the messages wait.")
    told = [
        ngettext("%(count)s message was sent.", "%(count)s messages were sent.", done.sent)
        % {"count": number_format(done.sent)}
    ]
    further = [
        (
            done.refused,
            ngettext(
                "The mail server refused %(count)s.",
                "The mail server refused %(count)s.",
                done.refused,
            ),
        ),
        (
            done.no_mail,
            ngettext(
                "%(count)s was left out: this person asked not to be written to.",
                "%(count)s were left out: these people asked not to be written to.",
                done.no_mail,
            ),
        ),
        (
            done.unsure,
            ngettext(
                "Of %(count)s nobody knows whether it went out.",
                "Of %(count)s nobody knows whether they went out.",
                done.unsure,
            ),
        ),
        (
            done.waiting + done.put_off,
            ngettext(
                "%(count)s waits and goes out with the next run.",
                "%(count)s wait and go out with the next runs.",
                done.waiting + done.put_off,
            ),
        ),
    ]
    told += [words % {"count": number_format(count)} for count, words in further if count]
    return " ".join(told)


def changed_since(seen: Campaign | None, stored: Campaign, *, wanted: str) -> list[Difference]:
    """What somebody changed after the page showed ``seen``; not that it is ``wanted`` already.

    A version that nobody knows counts as another state.
    """
    if seen is None:
        seen = Campaign(city=stored.city)
    then, now = CampaignForm(instance=seen), CampaignForm(instance=stored)
    found = [
        Difference(str(field.label), now.said(name), then.said(name))
        for name, field in now.fields.items()
        if name not in ASIDE and now.said(name).splitlines() != then.said(name).splitlines()
    ]
    if stored.status not in (seen.status, wanted):
        words = stored.get_status_display(), seen.get_status_display()
        found.append(Difference(_("State"), *words))
    return found


# ── Table and letter ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One sector, or all together with an empty ``sector``."""

    sector: str
    label: str
    response: Response

    @property
    def share(self) -> float | None:
        """Answered of asked, 0 to 1; None when nobody was asked."""
        asked = self.response.asked
        return min(1.0, self.response.answered / asked) if asked else None


def response_table(rows: Sequence[Asked]) -> dict[str, Any]:
    """Answers by sector; empty when nobody was asked."""
    asked = [row for row in rows if row.is_asked]
    sectors = response_by_sector(asked)
    return {
        "rows": [
            ResponseRow(sector, str(Sector(sector).label), response)
            for sector, response in sectors.items()
        ],
        "total": ResponseRow("", _("All together"), total_response(asked)),
        "largest": max((one.asked for one in sectors.values()), default=0),
    }


def letter_for(campaign: Campaign, rows: Sequence[Asked]) -> dict[str, Any]:
    """The letter as the first person on the list gets it, with a link that leads nowhere."""
    first = next((row for row in rows if row.name and not row.wants_no_mail), None)
    recipient = Recipient(
        name=first.name if first else _("Ana Example"),
        organization=first.organization if first else _("Example organization"),
        link=_dummy_link(DUMMY_PATH),
        no_mail=_dummy_link(DUMMY_NO_MAIL_PATH),
        valid_until=timezone.localdate() + timedelta(days=LINK_DAYS),
    )
    letter: Letter = write_letter(campaign, recipient)
    return {
        "subject": letter.subject,
        "body": letter.body,
        "to": recipient.name,
        "is_example": first is None,
        "reply_to": reply_address(campaign),
        "language": campaign.language,
    }


def _dummy_link(path: str) -> str:
    try:
        return site_address(path)
    except NoSiteAddress:
        return path
