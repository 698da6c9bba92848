"""Findings told to people. The expected sentences follow by hand from the rows of each test."""

import pytest
from django.core.management import call_command

from accounts.rules import operator
from actors.models import City
from ecosystem.findings import case_of, find
from ecosystem.findings.text import Name, Text, listed, number, say
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.towns import make_table, make_town

HALL = Name("hall", "City Hall", "government", "town")
FUND = Name("fund", "Big Fund", "philanthropy", None)


def found_in(city, collaborative=None, as_of=None):
    analysis = run_gaps(city, user=operator(), collaborative=collaborative, as_of=as_of)
    return find(case_of(analysis, city, operator()))


def told(findings):
    return [(f.kind, str(f.sentence), str(f.next)) for f in findings]


# ── Sentences ────────────────────────────────────────────────────────────────────────────────────


def test_say_keeps_names_apart_from_words():
    text = say("%(holder)s leads %(count)s%% of it.", holder=HALL, count=12)

    assert text == Text((HALL, " leads 12% of it."))
    assert str(text) == "City Hall leads 12% of it."


def test_say_never_reads_a_name_as_a_pattern():
    sly = Name("sly", "100%% %(count)s <b>", "media", None)

    assert str(say("Ask %(holder)s.", holder=sly)) == "Ask 100%% %(count)s <b>."


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C", "D"], "A, B, C and D"),
        (["A", "B", "C", "D", "E"], "A, B, C and 2 more"),
    ],
)
def test_listed_names_three_and_counts_the_others(names, sentence):
    assert str(listed(names)) == sentence


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(4.67, 0, "5"), (4.67, 1, "4.7"), (4.97, 1, "5"), (1234.0, 0, "1,234"), (0.5, 1, "0.5")],
)
def test_number_is_rounded_and_drops_empty_decimals(value, digits, written):
    assert number(value, digits) == written


def test_name_leads_to_the_profile_in_its_home_city_or_nationally():
    assert HALL.url == "/cities/town/actors/hall/"
    assert FUND.url == "/actors/fund/"


# ── A whole town ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_findings_of_a_town():
    findings = found_in(make_town())

    assert findings.headline == (
        "1 of 12 skills is covered, 1 hangs on one organization, 1 is only being learned, "
        "1 is missing, 1 too few have been asked about, 7 nobody has asked about."
    )
    assert told(findings.gaps_and_risks) == [
        (
            "sector_missing",
            "No local organization from the residents & community sector is on the map.",
            "If you know one, add it to the map and invite it.",
        ),
        (
            "skill_absent",
            "Fundraising is missing: 3 organizations were asked, and none has it.",
            "Big Fund has this skill and already works with Data Lab, which can bring it in.",
        ),
        (
            "skill_thin",
            "User-centered design is still being learned: Code Club is at the beginning.",
            "Help Code Club to learn it: nobody is recorded anywhere who has it.",
        ),
        (
            "sector_expected",
            "No local organization from the philanthropy sector is on the map.",
            "From elsewhere, Big Fund already works here: ask it for a local partner.",
        ),
        (
            "departure",
            "If Data Lab left, no known organization of this city would be left for data "
            "collection & sharing, and the map would fall into 2 more pieces.",
            "Find a second organization for these skills, and bring its partners together with "
            "each other.",
        ),
        (
            "skill_single",
            "Data collection & sharing depends on one organization: Data Lab.",
            "Ask who else can do it: 2 organizations have not been asked.",
        ),
        (
            "only_links",
            "1 organization is the only link between parts of the map: Data Lab.",
            "Bring their partners together with each other.",
        ),
    ]
    assert told(findings.questions) == [
        (
            "skill_unknown",
            "Too few have been asked about knowledge of the issue: 1 organization, and it does "
            "not have it.",
            "Nobody is recorded anywhere with this skill: ask the organizations here.",
        ),
        (
            "skill_unknown",
            "Nobody has been asked yet about 7 skills: management & convening, communication & "
            "facilitation, community organizing, policy & program design, data quality & "
            "analysis, communicating data and infrastructure & maintenance.",
            "Ask the 3 organizations here what they can do.",
        ),
    ]
    assert told(findings.notes) == [
        (
            "completeness",
            "How complete this map is cannot be estimated: no source names its organizations.",
            "Ask people from other circles to name who is missing.",
        )
    ]


@pytest.mark.django_db
def test_a_finding_says_what_it_rests_on_why_and_where_it_is_shown():
    finding = found_in(make_town()).gaps_and_risks[1]

    assert finding.kind == "skill_absent"
    assert finding.base == "Rests on 3 organizations. 3 of them answered. As of June 30, 2018."
    assert finding.why == (
        "A skill counts as missing only when at least 80% of the organizations were asked. Here 3 "
        "of 3 answered, and none has it."
    )
    assert (finding.rule, finding.term) == ("g1", "state of a competency cell")
    assert finding.place == "reach-fundraising"
    assert finding.path == (Name("lab", "Data Lab", "data_intermediary", "town"), FUND)
    assert finding.skills == ("fundraising",)


@pytest.mark.django_db
def test_first_findings_tell_no_skill_twice_and_few_of_a_kind():
    findings = found_in(make_town())

    # The single skill is told by the departure of its holder already.
    assert [f.kind for f in findings.first(7)] == [
        "sector_missing",
        "skill_absent",
        "skill_thin",
        "sector_expected",
        "departure",
        "only_links",
    ]
    assert findings.first(2) == findings.gaps_and_risks[:2]


@pytest.mark.django_db
def test_findings_of_a_collaborative_speak_of_its_table():
    town = make_town()

    findings = found_in(town, make_table(town))

    assert findings.headline == (
        "0 of 12 skills are covered, 1 hangs on one organization, 1 is only being learned, "
        "1 is missing, 1 too few have been asked about, 8 nobody has asked about."
    )
    assert told(findings.gaps_and_risks) == [
        (
            "sector_missing",
            "Nobody from the data intermediary sector is at the table.",
            "On the city map there is Data Lab: invite it.",
        ),
        (
            "sector_missing",
            "Nobody from the residents & community sector is at the table.",
            "If you know one, add it to the map and invite it.",
        ),
        (
            "skill_absent",
            "Fundraising is missing: 2 organizations were asked, and none has it.",
            "Big Fund has this skill: ask Code Club, which works with Data Lab, to introduce you.",
        ),
        (
            "skill_thin",
            "User-centered design is still being learned: Code Club is at the beginning.",
            "Help Code Club to learn it: nobody is recorded anywhere who has it.",
        ),
        (
            "sector_expected",
            "Nobody from the philanthropy sector is at the table.",
            "On the city map there is Big Fund: invite it.",
        ),
        (
            "departure",
            "If City Hall left, nobody known at this table would be left for coding.",
            "Find a second organization for these skills, and bring its partners together with "
            "each other. One introduction away would still be: coding.",
        ),
        (
            "skill_single",
            "Coding depends on one organization: City Hall.",
            "Ask who else can do it: 1 organization has not been asked.",
        ),
    ]
    assert told(findings.questions)[0] == (
        "skill_unknown",
        "Nobody has been asked about data collection & sharing yet.",
        "Data Lab has this skill and already works with Code Club, which can bring it in.",
    )
    assert findings.notes == ()


# ── The reference data ───────────────────────────────────────────────────────────────────────────


def skill_told(findings, slug):
    (finding,) = [f for f in findings.questions if f.skills == (slug,) and f.kind != "stale"]
    return str(finding.sentence), str(finding.next)


@pytest.mark.django_db
def test_findings_of_the_reference_cities():
    call_command("load_reference", verbosity=0)

    boston, washington, san_antonio = (
        found_in(City.objects.get(slug=slug)) for slug in ("boston", "washington-dc", "san-antonio")
    )

    assert boston.headline == (
        "7 of 12 skills are covered, 4 hang on one organization, 1 nobody has asked about."
    )
    assert [f.kind for f in boston.confirmed] == ["skill_single"] * 4
    assert str(boston.counted) == (
        "4 gaps are confirmed. 12 more things to look into, from what is recorded so far."
    )
    assert skill_told(boston, "communication-facilitation") == (
        "Nobody has been asked about communication & facilitation yet.",
        "Code for America has this skill and already works with Code for Boston, which can bring "
        "it in.",
    )
    assert skill_told(washington, "fundraising") == (
        "Nobody has been asked about fundraising yet.",
        "Nobody on this map is known to have this skill. Ask BNY Mellon in Boston how they do it. "
        "It is known in Cleveland, Pittsburgh, San Antonio and 2 more too.",
    )
    assert skill_told(san_antonio, "user-centered-design") == (
        "Nobody has been asked about user-centered design yet.",
        "Code for America has this skill and already works with Community Information Now "
        "(CI:Now), which can bring it in.",
    )
    assert skill_told(san_antonio, "infrastructure-maintenance") == (
        "Nobody has been asked about infrastructure & maintenance yet.",
        "Nobody on this map is known to have this skill. Ask Boston Department of Innovation and "
        "Technology in Boston how they do it. It is known in Cleveland, Pittsburgh, "
        "Seattle/King County and 2 more too.",
    )
