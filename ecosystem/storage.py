"""How static files are stored in production."""

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

FONT: Final = "vendor/public-sans/public-sans-latin-wght-normal.woff2"
FONT_STYLES: Final = "css/tokens.css"
"""Says with ``unicode-range`` and ``font-weight`` which part of the font pages use."""

FONT_FEATURES: Final = ("kern", "tnum")
"""Distances between letters, and figures of one width for tables."""


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Short, hashed, compressed files; the relative imports of our own ES modules follow them.

    Ours only: the pattern that Django looks for imports with also finds some in the strings and
    comments of other people's scripts, where they lead nowhere and stop ``collectstatic``.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",  # static/js, at any depth
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def file_hash(self, name: str, content: Any = None) -> str:
        """Also that of the letters, for the font: other letters are another file."""
        if name == FONT:
            content = ContentFile(content.read() + font_face().encode())
        return super().file_hash(name, content)

    def post_process_with_compression(self, files: Iterable[Any]) -> Iterator[Any]:
        return super().post_process_with_compression(self._shortened(files))

    def _shortened(self, files: Iterable[Any]) -> Iterator[Any]:
        """Shorten what is sent, after Django found the imports: it needs their blanks."""
        for name, hashed_name, processed in files:
            for pattern, shorten in SHORTENED.items():
                if processed is True and fnmatch(name, pattern):
                    path = Path(self.path(hashed_name))
                    path.write_bytes(shorten(path.read_bytes()))
            yield name, hashed_name, processed


def font_face() -> str:
    """The ``@font-face`` rule of our styles."""
    path = Path(finders.find(FONT_STYLES) or "")
    [rule] = re.findall(r"@font-face\s*{[^}]*}", path.read_text())
    return rule


def cut_font(woff2: bytes) -> bytes:
    """The part of a variable font that the ``@font-face`` rule names, without hinting.

    See docs/decisions/0012-a-part-of-the-font.md.
    """
    # Not needed while the site serves: this takes a second and 30 MB, once for a release.
    from fontTools.subset import Options, Subsetter, parse_unicodes
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    rule = font_face()
    [letters] = re.findall(r"unicode-range:([^;]+);", rule)
    [(thinnest, boldest)] = re.findall(r"font-weight:\s*(\d+)\s+(\d+);", rule)
    font = TTFont(BytesIO(woff2))
    subsetter = Subsetter(Options(hinting=False, layout_features=FONT_FEATURES, name_IDs=[]))
    subsetter.populate(unicodes=parse_unicodes(letters))
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": (int(thinnest), int(boldest))})
    font.flavor = "woff2"
    cut = BytesIO()
    font.save(cut)
    return cut.getvalue()


SHORTENED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "js/*.js": jsmin,
    "css/*.css": cssmin,
    FONT: cut_font,
}
"""Our own files, written to be read: comments and indentation need not travel. And of the font,
letters that no page of ours has."""
