"""Numbers and lists put into words, and marks that say without color what they mean."""

import pytest
from django.utils.translation import override

from ecosystem.findings.text import Name, Text
from ecosystem.templatetags import ui


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not known"),
        (0, "0%"),
        (0.004, "under 1%"),
        (0.01, "1%"),
        (0.129, "13%"),
        (0.42, "42%"),
        (0.555, "56%"),
        (0.99, "99%"),
        (0.996, "over 99%"),
        (1, "100%"),
    ],
)
def test_share_never_rounds_to_nothing_or_to_all(value, words):
    assert ui.share(value) == words


@pytest.mark.parametrize(("language", "said"), [("en", ""), ("es", ' lang="en"')])
def test_what_people_wrote_says_its_language_where_the_page_speaks_another(language, said):
    with override(language):
        assert ui.data_lang() == said
        assert ui.as_data("<b>") == f'<span dir="auto"{said}>&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("names", "limit", "words"),
    [
        ([], None, ""),
        (["A"], None, "A"),
        (["A", "B"], None, "A and B"),
        (["A", "B", "C"], None, "A, B and C"),
        (["A", "B", "C"], 2, "A, B and C"),
        (["A", "B", "C", "D"], 2, "A, B and 2 more"),
    ],
)
def test_joined_lists_names_and_counts_the_rest(names, limit, words):
    assert ui.joined(names, limit) == words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("Instituto", "A e Instituto"),
        ("hijos", "A e hijos"),
        ("hielo", "A y hielo"),
        ("Boston", "A y Boston"),
    ],
)
def test_joined_says_e_before_the_sound_i_in_spanish(last, words):
    with override("es"):
        assert ui.joined(["A", last]) == words


@pytest.mark.parametrize(
    ("arguments", "classes", "inside"),
    [
        (("covered", 2), "covered cell-2", '2 <small class="vh">covered</small>'),
        (("covered", ["a"] * 4), "covered cell-3", '4 <small class="vh">covered</small>'),
        (("covered", 5), "covered cell-5", '5 <small class="vh">covered</small>'),
        (("single", 1), "single", "1 <small>only</small>"),
        (("thin", 0), "thin", "learning"),
        (("absent", 0), "absent", "none"),
        (("unknown", 0, 0), "unknown", "not asked"),
        (("unknown", 0, 3), "unknown", "partly asked"),
        (("single", 1, 1, True), "single cell-stale", "1 <small>only, old</small>"),
    ],
)
def test_state_mark_says_its_state_in_text(arguments, classes, inside):
    assert ui.state_mark(*arguments) == f'<span class="cell cell-{classes}">{inside}</span>'


def test_linked_escapes_names_and_links_them():
    name = Name("x", "<b>Bob & Co</b>", "private", "boston")

    html = ui.linked(Text(("Ask ", name, " <now>")))

    assert html == (
        'Ask <a href="/cities/boston/actors/x/"><bdi>&lt;b&gt;Bob &amp; Co&lt;/b&gt;</bdi></a>'
        " &lt;now&gt;"
    )


def test_labels_of_unknown_slugs_are_shown_as_they_are():
    shown = [ui.sector_label("circus"), ui.role_label("clown"), ui.competency_label("juggling")]

    assert shown == ["circus", "clown", "juggling"]
