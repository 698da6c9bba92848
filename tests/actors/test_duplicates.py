"""Which records may be of one organization."""

import pytest

from actors.duplicates import Known, Pair, possible_duplicates, same_address, sorted_words


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [
        (["Boston Housing Authority"], ["Boston Housing Autority"], True),
        (["Data Lab, Inc."], ["The DATA LAB"], True),
        (["José Martí Center"], ["Center Jose Marti"], True),
        (["BHA", "Boston Housing Authority"], ["Boston Housing Authority"], True),
        (["Code for Boston"], ["Code for Tulsa"], False),
        (["Department of Health"], ["Department of Housing"], False),
        ([""], [""], False),
    ],
)
def test_names_that_are_nearly_the_same_are_found(first, second, is_found):
    found = possible_duplicates([Known(7, first), Known(3, second)])

    assert [(pair.first, pair.second) for pair in found] == ([(3, 7)] if is_found else [])


def test_one_website_needs_names_that_are_only_rather_alike():
    site = "https://www.example.org/lab/"
    records = [
        Known(1, ["Urban Data Laboratory"], site),
        Known(2, ["Data Lab Urban"], "http://example.org/lab"),
        Known(3, ["Fire Brigade"], site),
    ]

    found = possible_duplicates(records)

    # By hand: "data laboratory urban" and "data lab urban" share 14 of 21 + 14 letters, twice.
    assert found == [Pair(1, 2, 80, True)]
    assert possible_duplicates([Known(one.pk, one.names) for one in records]) == []


def test_nearest_pair_comes_first_and_what_was_looked_at_stays_away():
    records = [Known(1, ["Data Lab"]), Known(2, ["Data Labs"]), Known(3, ["Data Lab"])]

    assert [pair.key for pair in possible_duplicates(records)] == ["1-3", "1-2", "2-3"]
    assert [pair.key for pair in possible_duplicates(records, but={"1-3", "2-3"})] == ["1-2"]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_finds_nothing(count):
    assert possible_duplicates([Known(1, ["Alone"])] * count) == []


def test_many_names_are_compared_across_steps():
    records = [Known(pk, [f"{pk * 7919} {pk} Organization"]) for pk in range(600)]
    twin = Known(9_999, ["Organization 0 0"])

    assert "0-9999" in {pair.key for pair in possible_duplicates([*records, twin])}


@pytest.mark.parametrize(
    ("website", "address"),
    [
        ("https://WWW.Example.org/", "example.org"),
        ("http://example.org/Lab/", "example.org/lab"),
        ("", ""),
        ("no address", ""),
        ("http://[broken", ""),
    ],
)
def test_same_address_leaves_out_what_does_not_matter(website, address):
    assert same_address(website) == address


def test_sorted_words_keep_a_name_of_small_words_only():
    assert sorted_words("The Lab of Data") == "data lab"
    assert sorted_words("The The") == "the the"
