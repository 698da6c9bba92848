"""What a lens is: a question to the map, its answer, and the actors that the answer speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from ecosystem.findings import Case, find
from ecosystem.findings.text import Name, Text, names_of


@dataclass(frozen=True)
class Lens:
    """One question to the map of a scope.

    Attributes
    ----------
    name
        Which lens; the word behind ``lens=`` in the address, see ``address.READERS``.
    question
        What it answers, as its heading and as the label of a choice.
    sentence
        The answer, with names in it.
    lit
        Slugs of the actors to light up, in order of importance, each once. All are on the map of
        the scope; those of a collaborative may have no tie in the city.
    path
        Slugs of a way through the map to draw: member, who introduces, holder. Or nothing.
    base
        Small print: what the answer rests on, and the day.
    url
        The map of the city with this lens.
    back
        The dashboard, at the finding or the part that this lens shows.
    """

    name: str
    question: str
    sentence: Text
    lit: tuple[str, ...]
    path: tuple[str, ...]
    base: str
    url: str
    back: str

    @property
    def count(self) -> int:
        """How many actors it lights up."""
        return len(self.lit)


@dataclass(frozen=True)
class Answer:
    """What one lens finds; ``make`` adds the addresses.

    ``parameters`` stand behind the name in the address; ``place`` is the part of the dashboard to
    go back to where no finding tells the same.
    """

    question: str
    sentence: Text
    lit: Iterable[str]
    base: str
    place: str
    path: Iterable[str] = ()
    parameters: Mapping[str, str] | None = None


def make(case: Case, name: str, answer: Answer, anchors: Mapping[str, str]) -> Lens:
    """A lens with its address, and the way back; ``anchors`` as ``anchors_of`` gives them."""
    scope = case.results.scope
    own = urlencode({"lens": name, **(answer.parameters or {})})
    table = f"&{urlencode({'table': scope.slug})}" if case.is_collaborative else ""
    return Lens(
        name=name,
        question=answer.question,
        sentence=answer.sentence,
        lit=tuple(dict.fromkeys(answer.lit)),
        path=tuple(answer.path),
        base=answer.base,
        url=f"{reverse('map', args=[scope.city])}?{own}{table}",
        back=f"{dashboard(case)}#{anchors.get(own, answer.place)}",
    )


def dashboard(case: Case) -> str:
    """The address of the gaps of a scope."""
    scope = case.results.scope
    if case.is_collaborative:
        return reverse("collaborative_gaps", args=[scope.city, scope.slug])
    return reverse("gaps", args=[scope.city])


def names(case: Case, slugs: Iterable[str]) -> list[Name]:
    """The names of actors on the map."""
    return names_of(case.actors, slugs)


def anchors_of(case: Case) -> Mapping[str, str]:
    """Where the dashboard tells what each lens shows: the weightiest finding that leads to it."""
    findings = find(case)
    anchors: dict[str, str] = {}
    for finding in (*findings.gaps_and_risks, *findings.questions):
        anchors.setdefault(finding.lens, finding.anchor)
    return anchors
