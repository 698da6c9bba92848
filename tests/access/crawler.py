"""Follows the links of our own pages, as a browser with its scripts would.

Not every address of a site whose filters can be combined without end: of each route, in each city,
``MOST`` records (of each kind in the administration one), and an address for each name that a query
can hold there.
"""

import html
import json
import re
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve

HOST = "testserver"
MOST = 6
MOST_IN_ADMINISTRATION = 1

TAG = re.compile(r"<[a-z][^>]*>")
LINK = re.compile(r"""\s(href|src|poster|hx-get|data-[\w-]+)=["']([^"']*)["']""")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
CONTROL = re.compile(r"<(?:input|select|textarea|option|button)\b[^>]*>")
ATTRIBUTE = re.compile(r"""([\w-]+)(?:=["']([^"']*)["'])?""")
TARGET = re.compile(r"""\sid=["']([^"']*)["']""")
PART = "?part=rest"
"""What the map's script asks for besides the address in its page."""


@dataclass(frozen=True)
class Answer:
    """What came back. ``said`` is all of it: body, headers and cookies."""

    address: str
    status: int
    kind: str
    body: str
    said: str
    location: str
    headers: dict

    @classmethod
    def of(cls, address, response):
        body = b"" if response.status_code == 304 else response.getvalue()
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        text = body.decode("utf-8", "replace") if is_text(kind) else ""
        headers = dict(response.headers)
        said = f"{text}\n{headers}\n{response.cookies.output()}"
        location = headers.get("Location", "")
        return cls(address, response.status_code, kind, text, said, location, headers)


def is_text(kind):
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))


def links_of(answer):
    """Addresses of this site that the answer leads to, without their fragments, each once."""
    if answer.location:
        found = [answer.location]
    elif answer.kind in ("text/html", "image/svg+xml"):
        found = [*_attributes(answer.body), *_questions(answer.body)]
    elif answer.kind.endswith("json"):
        found = list(_values(json.loads(answer.body)))
    else:
        found = []
    whole = (_whole(answer.address, link) for link in found)
    return list(dict.fromkeys(one for one in whole if one))


def dead_ends_of(answer):
    """Links to a place within the page that there is not."""
    if answer.kind != "text/html":
        return []
    wanted = set(re.findall(r"""\shref=["']#([^"']+)["']""", answer.body))
    return sorted(wanted - set(TARGET.findall(answer.body)))


def _attributes(page):
    for tag in TAG.findall(page):
        for name, value in LINK.findall(tag):
            link = html.unescape(value)
            if name == "hx-get" and "hx-include" in tag:
                continue  # asks what its form asks
            if not name.startswith("data-") or link.startswith(("/", "?")):
                yield link
                if name == "src" and tag.startswith("<network-map"):
                    yield link + PART


@dataclass
class Form:
    """A form as it stands: ``fields`` as pairs, what can be chosen, and what its buttons send."""

    action: str
    is_post: bool
    fields: list
    choices: dict
    buttons: list


def forms_of(page):
    for attributes, inside in FORM.findall(page):
        has = _attributes_of(attributes)
        form = Form(has.get("action", ""), has.get("method", "").lower() == "post", [], {}, [])
        choice = None
        for control in CONTROL.findall(inside):
            choice = _read_control(form, control, choice)
        yield form


def _read_control(form, control, choice):
    """Add what ``control`` sends to ``form``. Gives the name of the list that is still open."""
    has = _attributes_of(control[1:])
    name, value, kind = has.get("name", ""), has.get("value", ""), has.get("type", "")
    if control.startswith("<option"):
        if choice is None:  # of a <datalist>: a hint
            return None
        form.choices[choice].append(value)
        if "selected" in has or len(form.choices[choice]) == 1:
            form.fields = [pair for pair in form.fields if pair[0] != choice] + [(choice, value)]
        return choice
    if control.startswith("<select"):
        form.choices[name] = []
        return name
    if control.startswith("<button") or kind == "submit":
        form.buttons += [(name, value)] if name else []
    elif name and kind in ("checkbox", "radio"):
        form.choices.setdefault(name, []).append(value or "on")
        form.fields += [(name, value or "on")] if "checked" in has else []
    elif name and kind != "file":
        form.fields.append((name, value))
    return None


def _attributes_of(tag):
    return {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}


def _questions(page):
    """Where the forms that only ask lead, sent as they are."""
    for form in forms_of(page):
        if not form.is_post:
            yield form.action.partition("?")[0] + "?" + urlencode(form.fields)


def _values(document):
    if isinstance(document, dict):
        for one in document.values():
            yield from _values(one)
    elif isinstance(document, list):
        for one in document:
            yield from _values(one)
    elif isinstance(document, str) and document.startswith(("/", f"http://{HOST}/")):
        yield document


def _whole(page, link):
    """``link``, found on ``page``, as a path with its query; "" of another site's."""
    parts = urlsplit(urljoin(f"http://{HOST}{page}", link.strip()))
    if parts.scheme != "http" or parts.netloc != HOST:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def place_of(address):
    """The route and the city of an address; its path alone where no route leads."""
    try:
        found = resolve(unquote(address.partition("?")[0]))
    except Resolver404:
        return address.partition("?")[0], ""
    return found.route, found.kwargs.get("city", "")


class Bounds:
    """Which links are followed: ``MOST`` records of each place, each name of its queries once."""

    def __init__(self):
        self.records = Counter()
        self.names = set()

    def let_pass(self, address):
        place, query = place_of(address), urlsplit(address).query
        names = {(place, name) for name, _ in parse_qsl(query, keep_blank_values=True)}
        if names:
            is_new = not names <= self.names
            self.names |= names
        else:
            self.records[place] += 1
            is_admin = address.startswith("/admin/")
            is_new = self.records[place] <= (MOST_IN_ADMINISTRATION if is_admin else MOST)
        return is_new


def crawl(ask, starts, follow=lambda address: True):
    """Ask for ``starts`` and all that they lead to.

    Yields each answer and the page whose link led to it ("" for where the crawl began).
    ``ask(address)`` gives the response. Links that ``follow`` refuses are left alone.
    """
    bounds = Bounds()
    waiting = deque((start, "") for start in starts)
    known = set(starts)
    while waiting:
        address, came_from = waiting.popleft()
        answer = Answer.of(address, ask(address))
        yield answer, came_from
        for link in links_of(answer):
            if link not in known and follow(link) and bounds.let_pass(link):
                waiting.append((link, address))
            known.add(link)
