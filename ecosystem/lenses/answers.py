"""The lens on what was never asked or never confirmed."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.cells import freshness_of
from ecosystem.findings import Case
from ecosystem.findings.quality import silent_sentence
from ecosystem.findings.text import Text, say, sentences
from ecosystem.lenses.lens import Answer


def unconfirmed(case: Case) -> Answer:
    """Who has not said what it can do, has no tie that a side confirmed, or answered long ago.

    Asked of the scope. Lit are those first of whom least is known; of them the best connected.
    """
    members = case.analysis.members
    silent = {slug for slug, share in case.results.actor_answered_shares.items() if not share}
    untied = members.keys() - _with_confirmed_tie(case)
    old = _with_old_answers_only(case) - silent
    lit = sorted(
        silent | untied | old,
        key=lambda slug: (
            -((slug in silent) + (slug in untied) + (slug in old)),
            -len(case.adjacency[slug]),
            slug,
        ),
    )
    return Answer(
        question=_("Who has not confirmed yet?"),
        sentence=_sentence(len(members), len(silent), len(untied), len(old)),
        lit=lit,
        base=case.scope_base(len(members) - len(silent)),
        place="freshness",
    )


def _with_confirmed_tie(case: Case) -> set[str]:
    slug_of = {actor.id: slug for slug, actor in case.actors.items()}
    return {
        slug_of[end]
        for tie in case.analysis.data.ties
        if tie.status == "existing" and tie.confirmed != "none"
        for end in (tie.source, tie.target)
        if end in slug_of
    }


def _with_old_answers_only(case: Case) -> set[str]:
    data = case.analysis.data
    slug_of = {actor.id: slug for slug, actor in case.analysis.members.items()}
    told = [s for s in data.statements if s.actor in slug_of]
    recent = {
        s.actor for s in told if freshness_of(s.confirmed_on, data.as_of) in ("fresh", "ageing")
    }
    return {
        slug_of[s.actor]
        for s in told
        if s.actor not in recent and freshness_of(s.confirmed_on, data.as_of) == "stale"
    }


def _sentence(size: int, silent: int, untied: int, old: int) -> Text:
    if not size:
        return Text((_("Nobody is here yet."),))
    parts: list[Text | str] = []
    if silent:
        parts.append(silent_sentence(silent, size))
    if untied:
        pattern = ngettext(
            "%(count)s organization has no tie that either side confirmed.",
            "%(count)s organizations have no tie that either side confirmed.",
            untied,
        )
        parts.append(say(pattern, count=untied))
    if old:
        pattern = ngettext(
            "%(count)s organization answered more than two years ago.",
            "%(count)s organizations answered more than two years ago.",
            old,
        )
        parts.append(say(pattern, count=old))
    if not parts:
        return Text(
            (_("Every organization has answered, and of each a side has confirmed a tie."),)
        )
    return sentences(*parts)
