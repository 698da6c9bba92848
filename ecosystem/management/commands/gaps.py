import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from accounts.rules import operator
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.common.days import too_early
from ecosystem.findings import case_of, find
from ecosystem.findings.terminal import lines
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import run_gaps

NEAR = 70
"""From this likeness on (0 to 100) a name is offered as what may have been meant."""

OFFERED = 3


class Command(BaseCommand):
    help = "Say what is missing in a city or a collaborative, in sentences or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("city", metavar="CITY", help="short name of a city, such as boston")
        parser.add_argument(
            "--collaborative", metavar="SLUG", help="ask for one collaborative of the city"
        )
        parser.add_argument("--as-of", metavar="DATE", help="the day to show, such as 2018-06-30")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="en"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._tell(options)

    def _tell(self, options: dict[str, Any]) -> None:
        user = operator()
        as_of = read_day(options["as_of"])
        city = find_city(options["city"])
        collaborative = find_collaborative(options["collaborative"], city)
        analysis = run_gaps(city, user=user, as_of=as_of, collaborative=collaborative)
        if options["format"] == "json":
            document = gap_document(analysis.results)
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
            return
        case = case_of(analysis, city, user)
        for line in lines(case, find(case)):
            self.stdout.write(line)


def read_day(text: str | None) -> date | None:
    """A day written as in ISO 8601, or a refusal in one sentence."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = _("“%(text)s” is not a date. Write it like 2018-06-30.") % {"text": text}
        raise CommandError(message, returncode=2) from None
    if refusal := too_early(day):
        raise CommandError(refusal, returncode=2)
    return day


def find_city(slug: str) -> City:
    """The city of that short name, or a refusal with near ones."""
    cities = City.objects.visible_to(operator())
    city = cities.filter(slug=slug.lower()).first()
    if city is not None:
        return city
    names = dict(cities.order_by("slug").values_list("slug", "name"))
    if not names:
        raise CommandError(_("No city is recorded yet. Load one first."), returncode=2)
    message = _("No city is called “%(slug)s”.") % {"slug": slug}
    raise CommandError(f"{message} {_offer(slug, names)}", returncode=2)


def find_collaborative(slug: str | None, city: City) -> Collaborative | None:
    """The city's collaborative of that short name, or a refusal with near ones."""
    if slug is None:
        return None
    seen = Collaborative.objects.visible_to(operator())
    collaborative = seen.filter(slug=slug.lower()).select_related("city").first()
    if collaborative is not None and collaborative.city == city:
        return collaborative
    if collaborative is not None:
        message = _("The collaborative “%(slug)s” is in %(home)s, not in %(city)s.") % {
            "slug": slug,
            "home": collaborative.city.name,
            "city": city.name,
        }
        raise CommandError(message, returncode=2)
    names = dict(seen.filter(city=city).order_by("slug").values_list("slug", "name"))
    if not names:
        message = _("%(city)s has no collaborative yet.") % {"city": city.name}
        raise CommandError(message, returncode=2)
    message = _("%(city)s has no collaborative called “%(slug)s”.") % {
        "city": city.name,
        "slug": slug,
    }
    raise CommandError(f"{message} {_offer(slug, names)}", returncode=2)


def _offer(wanted: str, names: dict[str, str]) -> str:
    """Short names like the one wanted, by short name or full name; without any, all there are."""
    near = _near(wanted, names)
    if near:
        return _("Did you mean %(slugs)s?") % {"slugs": get_text_list(near, _("or"))}
    return _("There is: %(slugs)s.") % {"slugs": ", ".join(names)}


def _near(wanted: str, names: dict[str, str]) -> list[str]:
    scores: dict[str, float] = {}
    for choices in ({slug: slug for slug in names}, names):
        found: Iterable[tuple[str, float, str]] = process.extract(
            wanted.lower(),
            choices,
            scorer=fuzz.WRatio,
            processor=str.lower,
            score_cutoff=NEAR,
            limit=OFFERED,
        )
        for _choice, score, slug in found:
            scores[slug] = max(score, scores.get(slug, 0))
    return sorted(scores, key=lambda slug: (-scores[slug], slug))[:OFFERED]
