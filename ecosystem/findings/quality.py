"""How far the map itself can be trusted (G17)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis import defaults
from ecosystem.findings.finding import Case, Finding
from ecosystem.findings.text import Text, number, say


def quality_findings(case: Case) -> Iterator[Finding]:
    """How complete the map is, or why that is not estimated. A table of members is complete."""
    if case.results.scope.size and not case.is_collaborative:
        yield Finding(
            kind="completeness",
            sentence=completeness_sentence(case),
            base=completeness_base(case),
            why=completeness_reason(case),
            rule="g17",
            term=_("Chao2 estimate"),
            place="completeness",
            next=Text((_("Ask people from other circles to name who is missing."),)),
        )


def completeness_sentence(case: Case) -> Text:
    """The estimate in one sentence, or why there is none."""
    found = case.results.completeness
    if found.why_not == "nobody_named":
        return Text(
            (_("How complete this map is cannot be estimated: no source names its organizations."),)
        )
    if found.completeness is None or found.unseen is None:
        pattern = ngettext(
            "How complete this map is cannot be estimated: only %(count)s source names its "
            "organizations, and %(needed)s are needed.",
            "How complete this map is cannot be estimated: only %(count)s sources name its "
            "organizations, and %(needed)s are needed.",
            found.informants,
        )
        return say(pattern, count=found.informants, needed=defaults.COMPLETENESS_INFORMANTS_MIN)
    unseen = round(found.unseen)
    if not unseen:
        return Text((_("The map seems complete: its sources keep naming the same organizations."),))
    pattern = ngettext(
        "The map shows at most about %(share)s%% of who is there: at least %(count)s more "
        "organization is probably missing.",
        "The map shows at most about %(share)s%% of who is there: at least %(count)s more "
        "organizations are probably missing.",
        unseen,
    )
    # Never all of it while somebody is missing.
    share = min(99, round(100 * found.completeness))
    return say(pattern, share=share, count=unseen)


def silent_sentence(silent: int, size: int) -> Text:
    """Of how many organizations of a scope no answer about any skill is known; at least one."""
    if silent < size:
        pattern = ngettext(
            "Nothing is known yet about the skills of %(silent)s of %(size)s organizations.",
            "Nothing is known yet about the skills of %(silent)s of %(size)s organizations.",
            silent,
        )
    elif size == 1:
        pattern = _("Nothing is known yet about the skills of the only organization here.")
    else:
        pattern = _("Nothing is known yet about the skills of any of the %(size)s organizations.")
    return say(pattern, silent=silent, size=size)


def completeness_base(case: Case) -> str:
    """Small print of the estimate."""
    found = case.results.completeness
    pattern = ngettext(
        "Rests on %(count)s source that names %(observed)s of the organizations.",
        "Rests on %(count)s sources that name %(observed)s of the organizations.",
        found.informants,
    )
    rests_on = say(pattern, count=found.informants, observed=found.observed)
    return f"{rests_on} {case.as_of}"


def completeness_reason(case: Case) -> str:
    """The idea behind the estimate, with its numbers."""
    found = case.results.completeness
    pattern = _(
        "When many organizations are named by one source only (%(once)s here) and few by two "
        "(%(twice)s here), there are probably more that no source named yet. At least "
        "%(needed)s sources are needed to tell."
    )
    return str(
        say(
            pattern,
            once=number(found.once),
            twice=number(found.twice),
            needed=defaults.COMPLETENESS_INFORMANTS_MIN,
        )
    )
