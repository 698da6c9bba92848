"""A policy travels with the static files that can be opened as pages, and with no others."""

from wsgiref.headers import Headers

import pytest

from ecosystem.static_headers import add_headers


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/srv/static/img/logo.svg", "default-src 'none'; frame-ancestors 'none'"),
        ("/srv/static/docs/oauth2-redirect.html", "default-src 'none'; frame-ancestors 'none'"),
        ("/srv/static/js/network-map/element.js", None),
        ("/srv/static/css/base.css", None),
        ("/srv/static/vendor/public-sans/latin.woff2", None),
    ],
)
def test_documents_among_the_static_files_may_fetch_nothing(path, policy):
    headers = Headers([])

    add_headers(headers, path, "/static/" + path.rpartition("/")[2])

    assert headers.get("Content-Security-Policy") == policy
