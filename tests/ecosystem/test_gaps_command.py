"""``manage.py gaps``: what a convener would read out, and the result document."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.rules import operator
from ecosystem.findings.terminal import clean, fitted, width
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.towns import make_table
from tests.factories import ActorFactory, CityFactory, SkillStatementFactory

TOWN = """\
Town, June 30, 2018
===================
1 of 12 skills is covered, 1 hangs on one organization, 1 is only being learned, 1 is missing, 1 too
few have been asked about, 7 nobody has asked about.
Rests on 3 organizations. As of June 30, 2018.
Rests on 4 organizations on the map. 3 ties between them are recorded. As of June 30, 2018.

Gaps and risks
--------------
* No local organization from the residents & community sector is on the map.
  > If you know one, add it to the map and invite it.
* Fundraising is missing: 3 organizations were asked, and none has it.
  > Big Fund has this skill and already works with Data Lab, which can bring it in.
* User-centered design is still being learned: Code Club is at the beginning.
  > Help Code Club to learn it: nobody is recorded anywhere who has it.
* No local organization from the philanthropy sector is on the map.
  > From elsewhere, Big Fund already works here: ask it for a local partner.
* If Data Lab left, no known organization of this city would be left for data collection & sharing,
  and the map would fall into 2 more pieces.
  > Find a second organization for these skills, and bring its partners together with each other.
* Data collection & sharing depends on one organization: Data Lab.
  > Ask who else can do it: 2 organizations have not been asked.
* 1 organization is the only link between parts of the map: Data Lab.
  > Bring their partners together with each other.

Questions to ask: not known yet, and not a gap
----------------------------------------------
* Too few have been asked about knowledge of the issue: 1 organization, and it does not have it.
  > Nobody is recorded anywhere with this skill: ask the organizations here.
* Nobody has been asked yet about 7 skills: management & convening, communication & facilitation,
  community organizing, policy & program design, data quality & analysis, communicating data and
  infrastructure & maintenance.
  > Ask the 3 organizations here what they can do.

About this map
--------------
* How complete this map is cannot be estimated: no source names its organizations.
  > Ask people from other circles to name who is missing.

What to do next
---------------
* Ask Data Lab to introduce Big Fund.
  > Fundraising: from “Nobody has it” to “Only one organization”
* Ask Code Club, City Hall and Data Lab about management & convening.
* Ask Code Club, City Hall and Data Lab about communication & facilitation.
* Ask Code Club, City Hall and Data Lab about community organizing.
* Ask Code Club, Data Lab and Big Fund about knowledge of the issue.
* Nobody else on this map could cover one more skill by joining.

Skill                           State               Answered    Who has it, or who could be asked
------------------------------  ------------------  ----------  ------------------------------------
Management & communications
  Management & convening        [?] not asked       0 of 3      nobody recorded anywhere
  Communication & facilitation  [?] not asked       0 of 3      nobody recorded anywhere
  Community organizing          [?] not asked       0 of 3      nobody recorded anywhere
  Fundraising                   [-] nobody has it   3 of 3      1 introduction: Big Fund
Domain & policy expertise
  Knowledge of the issue        [?] partly asked    1 of 3      nobody recorded anywhere
  Policy & program design       [?] not asked       0 of 3      nobody recorded anywhere
Data analysis & translation
  Data collection & sharing     [1] only one        1 of 3      Data Lab
  Data quality & analysis       [?] not asked       0 of 3      nobody recorded anywhere
  Communicating data            [?] not asked       0 of 3      nobody recorded anywhere
Technology design & development
  Coding                        [+] 2 have it       2 of 3      City Hall and Data Lab
  Infrastructure & maintenance  [?] not asked       0 of 3      nobody recorded anywhere
  User-centered design          [~] being learned   1 of 3      Code Club
"""


def gaps(*words, **options):
    out = io.StringIO()
    call_command("gaps", *words, stdout=out, **options)
    return out.getvalue()


def refusal(*words, **options):
    with pytest.raises(CommandError) as refused:
        gaps(*words, **options)
    return refused.value.returncode, str(refused.value)


@pytest.mark.django_db
def test_gaps_text_is_sentences_then_a_table(town):
    assert gaps("town") == TOWN


@pytest.mark.django_db
def test_gaps_text_fits_a_hundred_columns_with_any_name():
    city = CityFactory(slug="long", name="City of " + "long " * 38)
    for number in range(3):
        actor = ActorFactory(city=city, name=f"{number} " + "名前\x1b[31m\u202eabc " * 20)
        SkillStatementFactory(actor=actor, competency="coding")

    text = gaps("long")

    assert max(map(width, text.splitlines())) <= 100
    assert not {"\x1b", "\u202e"}.intersection(text)


@pytest.mark.django_db
def test_gaps_of_a_city_without_actors_is_one_sentence():
    CityFactory(slug="empty", name="Empty", map_date="2018-06-30")

    assert gaps("empty") == (
        "Empty, June 30, 2018\n"
        "====================\n"
        "Nobody is on this map yet.\n"
        "Rests on 0 organizations. As of June 30, 2018.\n"
        "Rests on 0 organizations on the map. 0 ties between them are recorded. As of June 30, "
        "2018.\n"
    )


@pytest.mark.django_db
def test_gaps_json_is_the_result_document(town):
    table = make_table(town)

    text = gaps("town", collaborative="round-table", format="json")

    analysis = run_gaps(town, user=operator(), collaborative=table)
    assert json.loads(text) == gap_document(analysis.results)
    assert text == gaps("town", "--collaborative", "round-table", "--format", "json")
    assert json.loads(text)["scope"] == {
        "kind": "collaborative",
        "slug": "round-table",
        "name": "Round Table",
        "city": "town",
        "size": 2,
    }


@pytest.mark.django_db
def test_gaps_json_keeps_letters_as_they_are():
    CityFactory(slug="bogota", name="Bogotá")

    assert '"name": "Bogotá"' in gaps("bogota", format="json")


@pytest.mark.django_db
def test_gaps_shows_another_day(town):
    text = gaps("town", as_of="2021-05-01")

    assert text.startswith("Town, May 1, 2021\n")
    assert "is more than 24 months old" in text


@pytest.mark.django_db
def test_gaps_sees_what_national_staff_see():
    city = CityFactory(slug="hidden", name="Hidden", private=True)
    ActorFactory(city=city)

    assert gaps("hidden").startswith("Hidden, ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tonw"], "No city is called “tonw”. Did you mean town?"),
        (["xyz"], "No city is called “xyz”. There is: springfield, town."),
        (["Spring Field"], "No city is called “Spring Field”. Did you mean springfield?"),
        (
            ["town", "--collaborative", "round-tabel"],
            "Town has no collaborative called “round-tabel”. Did you mean round-table?",
        ),
        (
            ["springfield", "--collaborative", "round-table"],
            "The collaborative “round-table” is in Town, not in Springfield.",
        ),
        (
            ["springfield", "--collaborative", "any"],
            "Springfield has no collaborative yet.",
        ),
        (
            ["town", "--as-of", "2018-06-31"],
            "“2018-06-31” is not a date. Write it like 2018-06-30.",
        ),
        (
            ["town", "--as-of", "0001-01-01"],
            "0001-01-01 is too early: name a day from 1900-01-01 on.",
        ),
    ],
)
def test_gaps_refuses_unknown_words_with_a_sentence_and_status_2(town, words, sentence):
    make_table(town)
    CityFactory(slug="springfield", name="Springfield")

    assert refusal(*words) == (2, sentence)


@pytest.mark.django_db
def test_gaps_without_any_city_says_so():
    assert refusal("boston") == (2, "No city is recorded yet. Load one first.")


@pytest.mark.django_db
def test_gaps_of_the_reference_data_as_a_document():
    """Figures counted in the tables themselves, see the first result of the project."""
    call_command("load_reference", verbosity=0)

    boston, washington, san_antonio = (
        json.loads(gaps(slug, format="json")) for slug in ("boston", "washington-dc", "san-antonio")
    )

    assert boston["scope"]["size"] == 50
    assert (boston["structure"]["size"], boston["structure"]["ties"]) == (55, 62)
    assert states(boston) == {"covered": 7, "single": 4, "unknown": 1}
    assert reach(boston, "communication-facilitation") == (
        "one_introduction",
        ["code-for-boston", "code-for-america"],
    )
    assert reach(washington, "fundraising") == ("elsewhere", None)
    assert reach(san_antonio, "user-centered-design") == (
        "one_introduction",
        ["cinow", "code-for-america"],
    )
    assert reach(san_antonio, "infrastructure-maintenance") == ("elsewhere", None)


def states(document):
    found = [cell["state"] for cell in document["cells"]]
    return {state: found.count(state) for state in dict.fromkeys(sorted(found))}


def reach(document, competency):
    (found,) = [row for row in document["reach"] if row["competency"] == competency]
    return found["reach"], found["path"]


@pytest.mark.parametrize(
    ("text", "space", "shown"),
    [
        ("short", 8, "short   "),
        ("exactly8", 8, "exactly8"),
        ("much longer", 8, "much lo…"),
        ("much  longer", 6, "much… "),
        ("日本語です", 8, "日本語… "),
    ],
)
def test_fitted_cuts_by_columns(text, space, shown):
    assert fitted(text, space) == shown
    assert width(fitted(text, space)) == space


def test_clean_takes_away_what_steers_a_terminal():
    assert clean("a\x1b[31m\tb\u202ec\nd שלום") == "a [31m bc d שלום"
