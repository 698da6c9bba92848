"""The crawl finds what a browser would: a page written by hand, and what it leads to."""

import pytest
from django.http import HttpResponse, HttpResponseNotFound, HttpResponseRedirect, JsonResponse

from tests.access.crawler import Answer, crawl, dead_ends_of, links_of

PAGE = """
<link rel="stylesheet" href="/static/css/base.css"><img src="logo.svg">
<a href="../boston/?a=1&amp;b=2#top" id="here">City</a> <a href="#here">Up</a> <a href="#gone">?</a>
<a href="https://example.org/">Away</a> <a href="mailto:a@example.org">Write</a>
<network-map src="/cities/x/map.json" data-words="{}" data-places="/cities/x/places.json">
<input hx-get="/similar/"> <input hx-get="/found/" hx-include="closest form">
<form action="/search/?old=1">
  <input name="q" value="a&amp;b"><input type="checkbox" name="no"><button name="go">Go</button>
  <input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
  <select name="first"><option value="f1">One<option value="f2">Two</select>
  <select name="chosen"><option value="c1"><option value="c2" selected><option value="c3"></select>
</form>
<form method="post" action="/delete/"><input name="pk"></form>
"""


@pytest.mark.parametrize(
    ("response", "links"),
    [
        (
            HttpResponse(PAGE),
            [
                "/static/css/base.css",
                "/cities/x/logo.svg",
                "/cities/boston/?a=1&b=2",
                "/cities/x/",
                "/cities/x/map.json",
                "/cities/x/map.json?part=rest",
                "/cities/x/places.json",
                "/similar/",
                "/search/?q=a%26b&r=2&first=f1&chosen=c2",
            ],
        ),
        (HttpResponseRedirect("/account/login/?next=/start/"), ["/account/login/?next=/start/"]),
        (
            JsonResponse({"next": "http://testserver/api/?page=2", "of": [{"url": "/b/"}, "c", 1]}),
            ["/api/?page=2", "/b/"],
        ),
        (HttpResponse('<svg><a href="/a/">', content_type="image/svg+xml"), ["/a/"]),
        (HttpResponse("/a/,b", content_type="text/csv"), []),
        (HttpResponse(b"\xff\x00", content_type="image/png"), []),
    ],
    ids=["page", "redirect", "json", "drawing", "table", "picture"],
)
def test_links_are_those_a_browser_would_follow(response, links):
    assert links_of(Answer.of("/cities/x/", response)) == links


def test_dead_ends_are_links_to_no_place_in_the_page():
    assert dead_ends_of(Answer.of("/cities/x/", HttpResponse(PAGE))) == ["gone"]


def test_an_answer_says_headers_and_cookies_too():
    response = HttpResponse("body", headers={"Content-Disposition": "attachment; filename=file"})
    response.set_cookie("told", "cookie")

    said = Answer.of("/", response).said

    assert [one for one in ("body", "filename=file", "told=cookie") if one not in said] == []


def test_crawl_follows_each_kind_of_address_and_says_where_it_stood():
    """Eight actors of a city, of which six are read; a filter with two values, of which one is."""
    links = [f'<a href="/cities/a/actors/n{number}/">' for number in range(8)]
    pages = {
        "/": "".join(links) + '<a href="/solutions/?q=1"><a href="/solutions/?q=2"><a href="/no/">',
        "/cities/a/actors/n0/": '<a href="/cities/b/actors/n0/">',
    }

    def ask(address):
        if address == "/no/":
            return HttpResponseNotFound()
        return HttpResponse(pages.get(address, ""))

    met = [(one.address, one.status, page) for one, page in crawl(ask, ["/"])]

    assert met == [
        ("/", 200, ""),
        *[(f"/cities/a/actors/n{number}/", 200, "/") for number in range(6)],
        ("/solutions/?q=1", 200, "/"),
        ("/no/", 404, "/"),
        ("/cities/b/actors/n0/", 200, "/cities/a/actors/n0/"),
    ]
