"""What residents have to say at a table, and whether they hear what came of it (G7)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.data import Actor
from ecosystem.analysis.engagement import ResidentVoice
from ecosystem.analysis.vocabulary import RESIDENT_ROLE, RESIDENTS
from ecosystem.findings.finding import Case, Finding
from ecosystem.findings.text import Name, Text, listed, name_of, number, say


def voice_findings(case: Case) -> Iterator[Finding]:
    """Results promised and not given back, and decisions without residents; of a table alone.

    That residents do not decide is told only where of every resident or community member it is
    recorded; else it is a question.
    """
    voice = case.results.resident_voice
    if voice is None or not case.results.scope.size:
        return
    if not voice.decision_role:
        if unrecorded := _unrecorded(case):
            yield _not_recorded(case, unrecorded)
        elif case.analysis.data.deciders or _residents(case):
            yield _without_residents(case)
    if voice.open:
        yield _open_results(case, voice)


def _residents(case: Case) -> list[Actor]:
    """Members that speak for residents, by sector or by role."""
    return [
        actor
        for actor in case.analysis.members.values()
        if actor.sector == RESIDENTS or RESIDENT_ROLE in actor.roles
    ]


def _unrecorded(case: Case) -> list[Name]:
    """Those of whom nobody recorded whether they have a say in decisions."""
    undecided = case.analysis.data.undecided
    return [name_of(actor) for actor in _residents(case) if actor.id in undecided]


def _not_recorded(case: Case, unrecorded: list[Name]) -> Finding:
    return Finding(
        kind="residents_decision_unknown",
        sentence=_not_recorded_sentence(unrecorded),
        base=case.scope_base(),
        why=_reason(),
        rule="g7",
        term=_("decision role"),
        place="voice",
        next=Text((_("Ask, and record for each member what part it has in decisions."),)),
        actors=tuple(name.slug for name in unrecorded),
    )


def _not_recorded_sentence(unrecorded: list[Name]) -> Text:
    pattern = ngettext(
        "It is not recorded whether %(names)s has a say in decisions.",
        "It is not recorded whether %(names)s have a say in decisions.",
        len(unrecorded),
    )
    return say(pattern, names=listed(unrecorded))


def _without_residents(case: Case) -> Finding:
    deciders = len(case.analysis.data.deciders)
    if deciders:
        pattern = ngettext(
            "%(count)s member is known to have a say in decisions, and it does not speak for "
            "residents.",
            "%(count)s members are known to have a say in decisions, and none of them speaks for "
            "residents.",
            deciders,
        )
    else:
        pattern = _("No resident or community organization has a say in decisions.")
    return Finding(
        kind="residents_do_not_decide",
        sentence=say(pattern, count=deciders),
        base=case.scope_base(),
        why=_reason(),
        rule="g7",
        term=_("decision role"),
        place="voice",
        next=Text((_("Offer a resident or community organization a say in decisions."),)),
    )


def _reason() -> str:
    return _(
        "A member speaks for residents when it is of the residents & community sector or plays "
        "the part of the community."
    )


def _open_results(case: Case, voice: ResidentVoice) -> Finding:
    count = len(voice.open)
    sentence = ngettext(
        "%(count)s result promised to residents is past its date: %(what)s.",
        "%(count)s results promised to residents are past their date: %(what)s.",
        count,
    )
    return Finding(
        kind="results_open",
        sentence=say(sentence, count=count, what=listed(voice.open)),
        base=case.as_of,
        why=_(
            "For each of them a day was promised on which people would hear what came of it. That "
            "day is over, and nobody recorded that they were told."
        ),
        rule="g7",
        term=_("returned results"),
        place="voice",
        next=Text((_("Tell the people who took part what came of it, and record the day."),)),
        weight=count,
    )


def voice_sentence(case: Case) -> Text:
    """How far residents take part, in one sentence."""
    voice = case.results.resident_voice
    recorded = [step for step, level in voice.steps.items() if level] if voice else []
    if voice is None or not recorded:
        return Text((_("Nobody has recorded yet how residents took part."),))
    pattern = ngettext(
        "Residents took part at %(count)s of %(all)s steps, as far as is recorded.",
        "Residents took part at %(count)s of %(all)s steps, as far as is recorded.",
        len(recorded),
    )
    return say(pattern, count=len(recorded), all=len(voice.steps))


def returned_sentence(case: Case) -> str:
    """How many of the engagements are known to have been reported back."""
    voice = case.results.resident_voice
    if voice is None or voice.returned_share is None:
        return _("There is nothing to report back on yet.")
    if not voice.returned_share:
        return _("That a result was reported back to those who took part is not recorded.")
    pattern = _("Results of %(share)s%% were reported back to those who took part.")
    return str(say(pattern, share=number(100 * voice.returned_share)))


def decision_sentence(case: Case) -> Text:
    """Whether residents have a say in decisions; unknown where that is not recorded of each."""
    voice = case.results.resident_voice
    if voice is not None and voice.decision_role:
        return Text((_("A resident or community organization has a say in decisions."),))
    if unrecorded := _unrecorded(case):
        return _not_recorded_sentence(unrecorded)
    if case.analysis.data.deciders or _residents(case):
        return Text((_("No resident or community organization has a say in decisions."),))
    return Text((_("Who has a say in decisions is not recorded."),))
