"""What the mails of a campaign say: ready texts, placeholders, and the letter as it arrives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from actors.models import Campaign

PLACEHOLDERS: Final = ("name", "organization", "link")

DUMMY_PATH: Final = "/p/…/"
DUMMY_NO_MAIL_PATH: Final = "/p/no-mail/…/"
"""Where the links of a preview lead: nowhere."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}\n]{0,40})\}")


class CannotSend(Exception):
    """Why no message can be written now, in a sentence. All of them wait."""


class NoSiteAddress(CannotSend):
    """The server was not told its own address, so it can write no link."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Nothing was sent: this server does not know its own address. Its administrator "
                "sets SITE_URL; until then the messages wait."
            )
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is for.

    ``no_mail`` is where it says that it wants no more. ``reminds_of`` is the day of the first
    letter, for a reminder. A link that was asked for comes with ``others``: organization, city and
    link of what else this address was asked about.
    """

    name: str
    organization: str
    link: str
    valid_until: date
    no_mail: str
    reminds_of: date | None = None
    was_asked_for: bool = False
    others: tuple[tuple[str, str, str], ...] = ()


def ready_text(language: str) -> Letter:
    """The message that comes with the program, in ``language``, with its placeholders."""
    with override(language):
        return Letter(
            _("Is this right about {organization}?"),
            _(
                "Hello {name},\n\n"
                "our city is drawing a map of who works on civic technology and data here, and "
                "{organization} is on it. Is what it says still right?\n\n"
                "This link opens your page. It takes two minutes on a phone, without a "
                "password:\n\n"
                "{link}\n\n"
                "There you can confirm it, correct it, and say whom you work with and what you "
                "need.\n\n"
                "Thank you!"
            ),
        )


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that nothing is put in for, each once, as written."""
    found = (match[1] for match in _PLACEHOLDER.finditer(text))
    return list(dict.fromkeys(name for name in found if name not in PLACEHOLDERS))


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced. What is put in is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def write_letter(campaign: Campaign, recipient: Recipient) -> Letter:
    """The letter as it arrives, in the campaign's language. ``campaign.city`` is loaded."""
    values = {
        "name": " ".join(recipient.name.split()) or recipient.organization,
        "organization": " ".join(recipient.organization.split()),
        "link": recipient.link,
    }
    with override(campaign.language):
        subject = " ".join(filled(campaign.subject, values).split())
        if recipient.reminds_of:
            subject = _("Reminder: %(subject)s") % {"subject": subject}
        body = render_to_string(
            "mail/campaign.txt",
            {
                "message": filled(campaign.message.replace("\r\n", "\n").strip(), values),
                "organization": values["organization"],
                "city": campaign.city.name,
                "recipient": recipient,
            },
        )
    return Letter(subject, body.strip() + "\n")


def site_address(path: str) -> str:
    """``path`` with the address of this server before it. Raises ``NoSiteAddress``."""
    if not settings.SITE_URL:
        raise NoSiteAddress
    return f"{settings.SITE_URL}{path}"
