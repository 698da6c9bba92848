"""Ciphers by keys that come from ``SECRET_KEY``, and survive its change."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet
from django.conf import settings


def ciphers(purpose: str) -> list[Fernet]:
    """For one purpose, the current key's first; the others read what was written before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (sha256(f"{purpose}:{secret}".encode()).digest() for secret in secrets)
    return [Fernet(urlsafe_b64encode(digest)) for digest in digests]
