"""Every address of the site, as its URL configuration has them."""

from django.urls import URLResolver, get_resolver


def routes():
    """``{pattern: name}`` of every route; those of the administration have a namespace."""
    return dict(_walk(get_resolver().url_patterns))


def _walk(patterns, before="", namespace=""):
    for pattern in patterns:
        here = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, here, namespace + inner)
        else:
            yield here, namespace + (pattern.name or "")
