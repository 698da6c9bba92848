"""Addresses that asked not to be written to again: by no campaign, of no city.

What is kept of an address is an HMAC-SHA-256 of it. The token in a letter holds that hash and a
signature by the same key, so it works without a row, as long as the letter exists: also when the
campaign, the invitation or the person's data were deleted. It opens no record, and a personal link
is no such token.

The key is random and lies in the database, encrypted by ``SECRET_KEY``. When that is changed and
its predecessor stands in ``SECRET_KEY_FALLBACKS``, the key is encrypted anew by itself. When it
cannot be read, nothing is sent: it would reach those who asked for silence.
"""

import hmac
import logging
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import MailRefusal, RefusalKey
from actors.models.refusal import RefusalPlace
from ecosystem.common.ciphers import ciphers

from .letters import CannotSend

logger = logging.getLogger(__name__)

KEY_BYTES: Final = 32
HASH_BYTES: Final = 20
SIGNATURE_BYTES: Final = 13
"""Together 33: in base64 without padding."""


class RefusalsUnreadable(CannotSend):
    """The key of the refusals was encrypted by a secret key that is not known here."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Nothing was sent: the list of addresses that asked for no messages can't be read. "
                "SECRET_KEY was changed; its administrator puts the earlier one into "
                "SECRET_KEY_FALLBACKS. Until then the messages wait."
            )
        )


# ── The key ──────────────────────────────────────────────────────────────────────────────────────


def refusal_key() -> bytes:
    """The key of all hashes; the first time, it is made. Raises ``RefusalsUnreadable``."""
    current = ciphers("mail refusals")[0]
    made = current.encrypt(secrets.token_bytes(KEY_BYTES)).decode()
    row, _is_new = RefusalKey.objects.get_or_create(pk=1, defaults={"wrapped": made})
    return _unwrapped(row)


def _key_if_any() -> bytes | None:
    row = RefusalKey.objects.filter(pk=1).first()
    return None if row is None else _unwrapped(row)


def _unwrapped(row: RefusalKey) -> bytes:
    current, *earlier = ciphers("mail refusals")
    try:
        return current.decrypt(row.wrapped)
    except InvalidToken:
        pass
    for cipher in earlier:
        try:
            key = cipher.decrypt(row.wrapped)
        except InvalidToken:
            continue
        RefusalKey.objects.filter(pk=row.pk).update(wrapped=current.encrypt(key).decode())
        return key
    raise RefusalsUnreadable


def _hmac(key: bytes, purpose: bytes, content: bytes) -> bytes:
    return hmac.digest(key, purpose + b":" + content, "sha256")


# ── Hashes and tokens ────────────────────────────────────────────────────────────────────────────


def normalized(email: str) -> str:
    """The address as it is compared: in small letters, its host as the network knows it."""
    name, _at, host = email.strip().casefold().rpartition("@")
    with suppress(UnicodeError):  # no host of the network's: compared as it is written
        host = host.encode("idna").decode()
    return f"{name}@{host}"


def address_hash(email: str) -> str:
    """What is kept of an address, as 40 hexadecimal digits."""
    return _hash(refusal_key(), email)


def _hash(key: bytes, email: str) -> str:
    return _hmac(key, b"address", normalized(email).encode())[:HASH_BYTES].hex()


def no_mail_path(email: str, language: str) -> str:
    """Where a letter to this address lets its reader say: no more of these."""
    key = refusal_key()
    hashed = bytes.fromhex(_hash(key, email))
    signed = hashed + _hmac(key, b"token", hashed)[:SIGNATURE_BYTES]
    path = reverse("no_mail", args=[urlsafe_b64encode(signed).decode()])
    return path if language == settings.LANGUAGE_CODE else f"{path}?language={language}"


def read_token(token: str) -> str | None:
    """The hash in a token of ours; None for any other text."""
    try:
        signed = urlsafe_b64decode(token.encode())
        key = _key_if_any()
    except (ValueError, RefusalsUnreadable):
        return None
    hashed, signature = signed[:HASH_BYTES], signed[HASH_BYTES:]
    if key is None or urlsafe_b64encode(signed).decode() != token:
        return None
    wanted = _hmac(key, b"token", hashed)[:SIGNATURE_BYTES]
    return hashed.hex() if hmac.compare_digest(wanted, signature) else None


# ── Who refused ──────────────────────────────────────────────────────────────────────────────────


def refuse(hashed: str, place: RefusalPlace) -> None:
    """From now on nobody writes to this address. Said twice, the first time counts."""
    MailRefusal.objects.get_or_create(address_hash=hashed, defaults={"place": place})


def allow(hashed: str) -> None:
    """It may be written to again; nothing says that it once might not."""
    MailRefusal.objects.filter(address_hash=hashed).delete()


def refusal_of(hashed: str) -> MailRefusal | None:
    return MailRefusal.objects.filter(address_hash=hashed).first()


def refused_among(emails: Iterable[str]) -> set[str]:
    """Those of the addresses, as they are written here, that are not to be written to.

    In two queries. When the key can't be read this is not known, and none is named: what sends
    asks for the key first.
    """
    try:
        key = _key_if_any()
    except RefusalsUnreadable:
        logger.error("SECRET_KEY was changed: addresses that refused letters are not recognized.")
        return set()
    if key is None:
        return set()
    hashes = {email: _hash(key, email) for email in emails if email}
    found = MailRefusal.objects.filter(address_hash__in=set(hashes.values()))
    refused = set(found.values_list("address_hash", flat=True))
    return {email for email, hashed in hashes.items() if hashed in refused}
