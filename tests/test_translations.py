"""The pages in Spanish, and the tool that keeps locale/ whole."""

import re
from html import unescape
from io import StringIO
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation

from ecosystem.findings.text import listed
from ecosystem.templatetags.ui import joined
from tools import translations

CATALOGUE = translations.LOCALE / "es" / "LC_MESSAGES" / "django.po"
PLACES = {
    "city": "boston",
    "actor": "mapc",
    "collaborative": "ctdc-boston",
    "solution": "youth-jobs-platform",
}
NATIONAL_ACTOR = {"actor": "code-for-america"}
NO_PAGES = {"live", "ready"}  # read by machines
QUERIES = {
    "map": ["?view=places", "?view=matrix", "?actor=mapc&to=code-for-boston", "?lens=residents"],
    "national": ["?q=housing", "?q=nothing+at+all+like+this"],
    "actor_list": ["?sector=government&q=data", "?q=nothing+at+all+like+this"],
    "solutions": ["?skill=fundraising&city=boston", "?q=nothing+at+all+like+this"],
    "solution": ["?city=cleveland", "?city=atlantis"],
}
ENGLISH = ["Skip to main content", "Rests on", "As of ", "How we know", "Works with", "Sort by"]
TELLING = 4
"""A text with fewer words than this may be a name or something that people wrote."""


def addresses():
    """One address for every page that is known by a name."""
    found = {}
    for name, wanted in named_pages(get_resolver().url_patterns):
        places = PLACES | NATIONAL_ACTOR if name.startswith("national_") else PLACES
        if name not in NO_PAGES and wanted <= places.keys():
            found[name] = reverse(name, kwargs={place: places[place] for place in wanted})
    return found


def named_pages(entries, above=frozenset()):
    """Names with what their addresses need; the administration and the API are not ours."""
    for entry in entries:
        wanted = above | entry.pattern.regex.groupindex.keys()
        if isinstance(entry, URLPattern):
            if entry.name:
                yield entry.name, wanted
        elif not entry.namespace:
            yield from named_pages(entry.url_patterns, wanted)


def words(page):
    """The text of a page on one line, attributes that are read aloud included."""
    said = re.findall(r'(?:aria-label|title|alt|content|placeholder)="([^"]*)"', page)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(" ".join([bare, *said])).split())


def english_texts():
    """Parts of our English texts between placeholders and markup, long enough to be told apart."""
    entries = polib.pofile(str(CATALOGUE))
    english = {part for e in entries for part in parts(e.msgid) | parts(e.msgid_plural)}
    return english - {part for entry in entries for part in parts(entry.msgstr)}


def parts(text):
    pieces = re.split(r"%\(\w+\)[sd]|%%|<[^>]*>", text)
    return {" ".join(piece.split()) for piece in pieces if len(piece.split()) >= TELLING}


@pytest.fixture
def reference_cities(db):
    call_command("load_reference", stdout=StringIO())


@pytest.mark.usefixtures("reference_cities")
def test_every_page_speaks_spanish_alone(client):
    client.cookies["language"] = "es"
    english = [*ENGLISH, *english_texts()]
    seen, problems = set(), []

    for name, address in addresses().items():
        for query in ["", *QUERIES.get(name, [])]:
            response = client.get(address + query)
            if response.status_code != 200 or "html" not in response["Content-Type"]:
                continue
            page = response.content.decode()
            seen.add(name)
            if '<html lang="es"' not in page:
                problems.append(f"{address} does not say that it is Spanish")
            text = words(page)
            problems += [f"{address}{query}: {piece}" for piece in english if piece in text]

    assert problems == []
    assert seen >= {"national", "method", "national_actor", "city", "map", "gaps"}
    assert seen >= {"actor_list", "actor", "collaborative_list", "collaborative"}


def test_error_page_speaks_spanish(client, db):
    client.cookies["language"] = "es"

    response = client.get(reverse("city", args=["atlantis"]))

    assert response.status_code == 404
    assert '<html lang="es"' in response.content.decode()
    assert "No encontramos esta página" in response.content.decode()


@pytest.mark.usefixtures("reference_cities")
def test_gaps_command_speaks_spanish():
    out = StringIO()

    call_command("gaps", "boston", language="es", stdout=out)

    text = " ".join(out.getvalue().split())
    assert text.startswith("Boston, 30 de junio de 2018")
    assert [piece for piece in [*ENGLISH, *english_texts()] if piece in text] == []


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        ("Code for Boston", "MAPC y Code for Boston"),
        ("Initiative", "MAPC e Initiative"),
        ("Hispanic Center", "MAPC e Hispanic Center"),
        ("Hierro", "MAPC y Hierro"),
    ],
)
def test_last_of_a_list_is_joined_as_it_sounds(last, sentence):
    with translation.override("es"):
        assert str(listed(["MAPC", last])) == sentence
        assert joined(["MAPC", last]) == sentence


def test_catalogue_names_no_person_and_no_machine():
    header = CATALOGUE.read_text(encoding="utf-8").split("\n\n", 1)[0]

    assert re.findall(r"FULL NAME|EMAIL|PACKAGE|YEAR|@|/home|/root|fuzzy", header) == []


def test_texts_that_django_has_too_say_the_same():
    """Our catalogue goes before Django's: a word of another meaning needs a context."""
    ours = {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(str(CATALOGUE)) if e.msgstr}
    folders = [
        Path(django.__file__).parent / "conf",
        *(Path(a.path) for a in apps.get_app_configs()),
    ]
    files = [folder / "locale" / "es" / "LC_MESSAGES" / "django.po" for folder in folders]

    other = {
        entry.msgid: (entry.msgstr, ours[entry.msgctxt, entry.msgid])
        for file in files
        if file.exists()
        for entry in polib.pofile(str(file))
        if entry.msgstr and ours.get((entry.msgctxt, entry.msgid), entry.msgstr) != entry.msgstr
    }

    assert other == {}


@pytest.mark.skipif(not translations.shutil.which("xgettext"), reason="xgettext is not here")
def test_collecting_elsewhere_leaves_the_catalogue_alone(tmp_path):
    before = CATALOGUE.read_bytes()

    translations.collect(tmp_path)

    assert CATALOGUE.read_bytes() == before
    collected = polib.pofile(str(tmp_path / "es" / "LC_MESSAGES" / "django.po"))
    assert "Skip to main content" in {entry.msgid for entry in collected}
