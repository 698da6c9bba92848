"""Headers of static files. Imported by the settings, so it imports nothing of Django."""

from wsgiref.headers import Headers

DOCUMENTS = (".html", ".svg")


def add_headers(headers: Headers, path: str, url: str) -> None:
    """No file is taken for another kind than it says; nothing may run or be fetched where one is
    opened as a page of its own."""
    headers["X-Content-Type-Options"] = "nosniff"
    if path.endswith(DOCUMENTS):
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
