"""What the server draws and says looks and reads like what the scripts of the map do."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ecosystem.maps import look
from ecosystem.mapview.words import script_words

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "network-map"
TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()


def token(name):
    return re.search(rf"--{name}: (#\w+)", TOKENS)[1]


def test_lines_of_the_kinds_are_those_of_the_canvas():
    style = (SCRIPTS / "style.js").read_text()
    lines = re.findall(r"^  (\w+): \{ dash: \[([\d, ]*)\], width: ([\d.]+) \}", style, re.MULTILINE)

    assert {kind: (dash.replace(",", ""), float(width)) for kind, dash, width in lines} == {
        kind: tuple(line) for kind, line in look.KINDS.items()
    }
    wished = re.search(r"WISHED_LINE = \{ dash: \[5, 5\], width: ([\d.]+)", style)
    assert ("5 5", float(wished[1])) == look.WISHED
    assert float(re.search(r"LIGHTER = ([\d.]+)", style)[1]) == look.LIGHTER


@pytest.mark.parametrize(
    ("level", "fill", "ring", "ink"),
    [
        (3, "covered-5", None, "paper"),
        (2, "covered-3", "covered-5", "on-covered"),
        (1, "single", "single-line", "on-single"),
        (0, "paper", "absent-line", "on-absent"),
        (None, "paper", "unknown-line", "on-unknown"),
    ],
)
def test_colors_of_levels_are_those_of_the_style_sheet(level, fill, ring, ink):
    paint = look.SKILL_LEVELS[level]

    assert (paint.fill, paint.ring, paint.ink) == (
        token(fill),
        token(ring) if ring else "",
        token(ink),
    )


def test_quiet_colors_are_those_of_the_style_sheet():
    assert (
        token("ink"),
        token("ink-2"),
        token("gold"),
        token("line-soft"),
    ) == (look.INK, look.SECOND_INK, look.GOLD, look.QUIET)


def test_groups_have_the_hues_of_the_sectors_by_size():
    assert look.group_hue(1) == look.SECTORS["government"][:2]
    assert look.group_hue(10) == look.SECTORS["national_network"][:2]
    assert look.group_hue(11) == look.group_hue(0) == look.PLAIN


def test_the_page_brings_every_word_that_the_scripts_write():
    said = {
        word
        for script in SCRIPTS.glob("*.js")
        for word in re.findall(r'words\.(?:say|of|has)\("(\w+)"', script.read_text())
    }

    assert said
    assert said <= script_words("Map").keys()
