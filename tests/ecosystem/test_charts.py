"""Drawings as values in, SVG out. Places are computed by hand."""

import re
from xml.etree import ElementTree

import pytest

from ecosystem.charts import Axis, Bar, draw_bars, draw_radar
from ecosystem.charts.lettering import broken

MARKUP = "<script>\"&'"


def parsed(drawing):
    """The drawing as a tree; inside a page it needs no name space."""
    return ElementTree.fromstring(str(drawing))


def points(drawing):
    """Corners of the shape."""
    (shape,) = [p for p in parsed(drawing).iter("polygon") if p.get("class") == "radar-shape"]
    return [tuple(map(float, point.split(","))) for point in shape.get("points").split()]


def texts(drawing):
    return [text.text for text in parsed(drawing).iter("text")]


def axes(*values):
    return [Axis(f"Area {number}", value, f"{value:.0%}") for number, value in enumerate(values)]


def test_radar_has_each_corner_at_exactly_its_share():
    """The center is (200, 152), the radius 96: up, right, down, left."""
    assert points(draw_radar(axes(1, 0.5, 0.25, 0), "Strength")) == [
        (200.0, 56.0),
        (248.0, 152.0),
        (200.0, 176.0),
        (200.0, 152.0),
    ]


def test_radar_says_each_share_and_has_a_title():
    drawing = draw_radar(axes(0.38, 0.96), "Strength by area")

    assert parsed(drawing).get("role") == "img"
    assert parsed(drawing).find("title").text == "Strength by area"
    assert texts(drawing) == ["Area 0", "38%", "Area 1", "96%"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_radar_of_any_number_of_axes_is_a_drawing(count):
    assert len(points(draw_radar(axes(*[0.5] * count), "x"))) == count


def test_bars_share_one_scale_and_leave_nothing_out():
    """106 units of room: half of the largest is 53, a trace of it still 2, nothing is no bar."""
    bars = [Bar("strong", 10, "a"), Bar("solid", 5, "b"), Bar("none", 0, "c")]

    drawing = draw_bars(bars, 10, "Coding")

    rows = [(rect.get("class"), rect.get("width")) for rect in parsed(drawing).iter("rect")]
    assert rows == [("level level-a", "106.0"), ("level level-b", "53.0")]
    assert texts(drawing) == ["strong", "10", "solid", "5", "none", "0"]
    assert [r.get("width") for r in parsed(draw_bars(bars, 10_000, "x")).iter("rect")] == [
        "2.0"
    ] * 2


@pytest.mark.parametrize("largest", [0, 1])
def test_bars_never_leave_the_drawing(largest):
    widths = re.findall(r'width="([\d.]+)"', draw_bars([Bar("x", 50, "a")], largest, "x"))

    assert all(float(width) <= 106 for width in widths)


def test_words_in_a_drawing_are_text_and_there_is_no_style_attribute():
    for drawing in (
        draw_bars([Bar(MARKUP, 1, MARKUP, MARKUP)], 1, MARKUP),
        draw_radar([Axis(MARKUP, 0.5, MARKUP)] * 3, MARKUP),
    ):
        assert parsed(drawing).find("title").text == MARKUP
        assert "<script" not in drawing
        assert "style=" not in drawing


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("Coding", ["Coding"]),
        ("Technology design & development", ["Technology", "design &", "development"]),
        ("one two three four five six seven", ["one two", "three four", "five six seven"]),
        ("Antidisestablishmentarianism now", ["Antidisestablishmentarianism", "now"]),
    ],
)
def test_broken_keeps_every_word_whole(text, lines):
    assert broken(text, 10) == lines
