"""Static files as production stores them: what of the font travels."""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import override_settings
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from ecosystem import storage
from ecosystem.storage import FONT, ModuleManifestStorage, cut_font

SPANISH = "áéíóúüñÁÉÍÓÚÜÑ¿¡ªº«»"
MARKS = "\N{NO-BREAK SPACE}°·×–—‘’“”…−"


@pytest.fixture(scope="module")
def whole():
    return Path(finders.find(FONT)).read_bytes()


@pytest.fixture(scope="module")
def cut(whole):
    return cut_font(whole)


def test_the_font_keeps_the_letters_of_our_languages_and_no_others(cut):
    ascii_letters = {chr(code) for code in range(0x20, 0x7F)}

    letters = {chr(code) for code in TTFont(BytesIO(cut)).getBestCmap()}

    assert letters == ascii_letters | set(SPANISH) | set(MARKS)


def test_the_font_keeps_its_weights_kerning_and_figures_of_one_width(cut, whole):
    font = TTFont(BytesIO(cut))

    [axis] = font["fvar"].axes
    features = [
        {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}
        for table in ("GPOS", "GSUB")
    ]
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 800)
    assert features == [{"kern"}, {"tnum"}]
    assert len(cut) < 0.6 * len(whole)


def test_letters_are_as_wide_as_before(cut, whole):
    """At the weight of running text, which is not the font's first: its widths are interpolated."""
    before, after = TTFont(BytesIO(whole)), TTFont(BytesIO(cut))
    name_of = before.getBestCmap()

    widths = after["hmtx"].metrics
    at_400 = instantiateVariableFont(before, {"wght": 400})["hmtx"].metrics

    assert {name: widths[name] for name in after.getBestCmap().values()} == {
        name_of[code]: at_400[name_of[code]] for code in after.getBestCmap()
    }


def test_other_letters_are_another_file(whole, monkeypatch, tmp_path):
    """Browsers keep a file for ever under its name."""
    with override_settings(STATIC_ROOT=tmp_path):
        files = ModuleManifestStorage()
        before = files.file_hash(FONT, ContentFile(whole))
        monkeypatch.setattr(storage, "font_face", lambda: "@font-face { unicode-range: U+41; }")

        assert files.file_hash(FONT, ContentFile(whole)) != before
        assert files.file_hash("other.woff2", ContentFile(whole)) != before
