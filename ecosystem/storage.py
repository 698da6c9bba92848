"""How static files are stored in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed names; the relative imports of our own ES modules follow them.

    Ours only: the pattern that Django looks for imports with also finds some in the strings and
    comments of other people's scripts, where they lead nowhere and stop ``collectstatic``.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",  # static/js, at any depth
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
