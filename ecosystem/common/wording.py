"""Small rules of language that gettext can't express."""

import unicodedata

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def and_pattern(last: str) -> str:
    """How the last item of a list is joined, with places for ``first`` and ``last``.

    Spanish says "e" instead of "y" before the sound i.
    """
    lowered = last.casefold()
    sounds_like_i = lowered.startswith(("i", "í", "hi", "hí")) and not lowered.startswith(
        ("hie", "ia", "io")
    )
    if sounds_like_i and (get_language() or "").startswith("es"):
        return "%(first)s e %(last)s"
    return _("%(first)s and %(last)s")


def folded(text: str) -> str:
    """Without case and accents, as people type when they search: "José" becomes "jose"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
