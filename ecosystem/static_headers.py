"""Headers of static files. Imported by the settings, so it imports nothing of Django."""

from wsgiref.headers import Headers

DOCUMENTS = (".html", ".svg")


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Nothing may run or be fetched where a static file is opened as a page of its own."""
    if path.endswith(DOCUMENTS):
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
