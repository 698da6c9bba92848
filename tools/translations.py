"""Collects, compiles and checks the translations in locale/.

``update`` collects the texts of the project (with xgettext) and compiles what is translated.
``check`` fails when a text is missing, untranslated or uncertain, when a placeholder was lost, or
when a .mo file is not what its .po file gives. Without xgettext it can't look for missing texts,
and says so. The .mo files are committed: a machine without gettext speaks Spanish too.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ["es"]  # English is the language of the sources
IGNORED = [".venv", "node_modules", "staticfiles", "tests", "tools", "bench", "locale"]
CREATION_DATE = re.compile(r'^"POT-Creation-Date:.*\n', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def main(verb: str) -> int:
    if verb == "update":
        LOCALE.mkdir(exist_ok=True)
        collect(LOCALE)
        for path in po_files():
            # The day of collecting is a difference that says nothing.
            text = path.read_text(encoding="utf-8")
            path.write_text(CREATION_DATE.sub("", text), encoding="utf-8")
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        return 0
    problems = [problem for path in po_files() for problem in problems_of(path)]
    if shutil.which("xgettext"):
        problems += missing_texts()
    else:
        print("xgettext is not here: nobody looked for texts missing from locale/.")
    print("\n".join(problems))
    return 1 if problems else 0


def po_files() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def collect(folder: Path) -> None:
    """Write the texts of the project into ``folder``, keeping the translations it holds."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.commands import makemessages

    class Collector(makemessages.Command):
        """Writes into ``folder`` alone; makemessages prefers any folder called locale."""

        def find_files(self, root):
            self.locale_paths = [str(folder)]
            return super().find_files(root)

    django.setup()
    settings.LOCALE_PATHS = [folder]
    call_command(
        Collector(),
        locale=LANGUAGES,
        ignore_patterns=IGNORED,
        no_obsolete=True,
        add_location="file",
        verbosity=0,
    )


def problems_of(path: Path) -> list[str]:
    catalogue = polib.pofile(str(path))
    name = path.relative_to(ROOT)
    problems = []
    for entry in catalogue:
        if entry.obsolete:
            continue
        where = f"{name}:{entry.linenum}: “{entry.msgid}”"
        if entry.fuzzy:
            problems.append(f"{where} is marked fuzzy")
        elif not entry.translated():
            problems.append(f"{where} is not translated")
        elif lost := lost_placeholders(entry):
            problems.append(f"{where} has other placeholders than its translation: {lost}")
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        problems.append(f"{name} is not compiled: run ./dev translate")
    return problems


def lost_placeholders(entry: polib.POEntry) -> str:
    one = set(PLACEHOLDER.findall(entry.msgid))
    if not entry.msgid_plural:
        return " ".join(sorted(one ^ set(PLACEHOLDER.findall(entry.msgstr))))
    # One of the forms may spell its number out, so a form may lack a placeholder, not add one.
    known = one | set(PLACEHOLDER.findall(entry.msgid_plural))
    used = {found for text in entry.msgstr_plural.values() for found in PLACEHOLDER.findall(text)}
    return " ".join(sorted(used ^ known))


def missing_texts() -> list[str]:
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        collect(Path(folder))
        for language in LANGUAGES:
            part = Path(language, "LC_MESSAGES", "django.po")
            here, there = texts(LOCALE / part), texts(Path(folder) / part)
            problems += [f"{part}: “{text}” is missing" for text in sorted(there - here)]
            problems += [f"{part}: “{text}” is used nowhere" for text in sorted(here - there)]
    return problems


def texts(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {
        f"{entry.msgctxt or ''} {entry.msgid}".strip()
        for entry in polib.pofile(str(path))
        if not entry.obsolete
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
