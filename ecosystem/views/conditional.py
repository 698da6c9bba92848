"""Answers that a browser may keep, as long as it asks each time whether they still hold."""

from collections.abc import Callable
from hashlib import blake2b

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_header_parameters


def etag_of(*parts: object) -> str:
    """A weak entity tag that changes with any of ``parts``.

    Weak, because gzip, Brotli and plain are the same answer. It tells nothing of its parts.
    """
    return f'W/"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def answer_if_changed(
    request: HttpRequest, etag: str, answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """304 to whoever has the answer of this ``etag`` already, else ``answer()``."""
    unchanged: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    response = answer() if unchanged is None else unchanged
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie"])
    return response


def packed_answer(request: HttpRequest, packed: bytes, content_type: str) -> HttpResponse:
    """Bytes compressed by Brotli, as they are to those who take them."""
    if accepts_brotli(request):
        headers = {"Content-Encoding": "br"}
        return HttpResponse(packed, content_type=content_type, headers=headers)
    return HttpResponse(brotli.decompress(packed), content_type=content_type)


def accepts_brotli(request: HttpRequest) -> bool:
    """Whether ``br`` is among the encodings asked for, and not with weight 0."""
    for one in request.headers.get("Accept-Encoding", "").split(","):
        name, parameters = parse_header_parameters(one)
        if name == "br":
            return parameters.get("q", "1").strip("0.") != ""
    return False
