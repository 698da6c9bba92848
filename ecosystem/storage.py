"""How static files are stored in production."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHORTENED = {"js/*.js": jsmin, "css/*.css": cssmin}
"""Our own files, written to be read: comments and indentation need not travel."""


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

    def post_process_with_compression(self, files: Iterable[Any]) -> Iterator[Any]:
        return super().post_process_with_compression(self._shortened(files))

    def _shortened(self, files: Iterable[Any]) -> Iterator[Any]:
        """Shorten what is sent, after Django found the imports: it needs their blanks."""
        for name, hashed_name, processed in files:
            for pattern, shorten in SHORTENED.items():
                if processed is True and fnmatch(name, pattern):
                    path = Path(self.path(hashed_name))
                    path.write_text(shorten(path.read_text()))
            yield name, hashed_name, processed
