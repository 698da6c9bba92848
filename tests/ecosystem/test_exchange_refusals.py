"""Broken folders: each is refused with file, row, column and reason, and changes nothing."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from ecosystem.exchange import reader
from tests.ecosystem.folders import SMALL, changed, with_columns, write_folder

A, C, R = "actors.csv", "cities.csv", "relationships.csv"
SECTORS = (
    "government, data_intermediary, civic_technologist, philanthropy, residents_community, "
    "academia, private, media, nonprofit_service, national_network"
)
ACTOR_COLUMNS = (
    "city_slug, slug, name, sector, roles, part_of, description, website, latitude, longitude, "
    "source"
)
HINT = "Write the name of a giver that is no actor with a capital letter or a space."


def refusal(folder):
    with pytest.raises(CommandError) as refused:
        call_command("load_reference", folder=folder, stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 2
    return str(refused.value)


def rows_stored():
    names = ("accounts", "actors", "collaboratives", "ecosystem")
    models = [model for name in names for model in apps.get_app_config(name).get_models()]
    return sum(model.objects.count() for model in models)


def added(file, row):
    return {file: SMALL[file] + row + "\n"}


BROKEN = {
    # ── the file ──
    "missing file": ({C: None}, [f"{C}: is missing."]),
    "misnamed file": ({A: None, "actor.csv": "x"}, [f"{A}: is missing; there is “actor.csv”."]),
    "empty file": ({A: ""}, [f"{A}: is empty; the first row names the columns."]),
    "only blank rows": ({A: ",,\n\n"}, [f"{A}: is empty; the first row names the columns."]),
    "not UTF-8": (
        {A: SMALL[A].replace("Oak Data", "Oak Daña").encode("latin-1")},
        [f"{A}: is not UTF-8 text (line 4). Save it as “CSV UTF-8”."],
    ),
    "UTF-16": (
        {A: SMALL[A].encode("utf-16")},
        [f"{A}: is not UTF-8 text (line 1). Save it as “CSV UTF-8”."],
    ),
    "a spreadsheet": (
        {A: b"PK\x03\x04\x14\x00\x06"},
        [f"{A}: is no text: line 1 holds a NUL character."],
    ),
    "NUL": (
        changed(A, "Keeps data.", "Keeps\0data."),
        [f"{A}: is no text: line 4 holds a NUL character."],
    ),
    "open quotation mark": (
        changed(A, "Keeps data.", '"Keeps data.'),
        [f"{A}: breaks off in row 4: a quotation mark is wrong, or a cell is too long."],
    ),
    "text after a quotation mark": (
        changed(A, "Keeps data.", '"Keeps" data.'),
        [f"{A}: breaks off in row 4: a quotation mark is wrong, or a cell is too long."],
    ),
    "endless cell": (
        changed(A, "Keeps data.", "x" * 200_000),
        [f"{A}: breaks off in row 4: a quotation mark is wrong, or a cell is too long."],
    ),
    "too large": ({A: b"x" * (reader.MAX_BYTES + 1)}, [f"{A}: is larger than 10 MB."]),
    "too many rows": (
        {A: SMALL[A] + "\n" * reader.MAX_ROWS},
        [f"{A}: has more than 15000 rows."],
    ),
    "too many columns": ({A: "," * 200 + "x\n"}, [f"{A}: has more than 100 columns."]),
    # ── the header ──
    "semicolons": (
        {A: SMALL[A].replace(";", "/").replace(",", ";")},
        [f"{A}, row 1: has no commas between its columns."],
    ),
    "column twice": (
        changed(C, "summary,source", "summary,summary"),
        [
            f"{C}, row 1: the column “summary” is there twice.",
            f"{C}, row 1: the column “source” is missing.",
        ],
    ),
    "column missing": (
        changed("memberships.csv", "role,", ""),
        ["memberships.csv, row 1: the column “role” is missing."],
    ),
    "column misspelt": (
        changed(A, "sector", "secter"),
        [
            f"{A}, row 1: “secter” is not a column of this table; did you mean “sector”? "
            f"Known: {ACTOR_COLUMNS}.",
            f"{A}, row 1: the column “sector” is missing.",
        ],
    ),
    "column unknown": (
        with_columns("memberships.csv", budget=["1", "2"]),
        [
            "memberships.csv, row 1: “budget” is not a column of this table. "
            "Known: collaborative_slug, actor_slug, role, source.",
        ],
    ),
    "column without name": (
        changed("memberships.csv", "role", ""),
        [
            "memberships.csv, row 1: column 3 has no name.",
            "memberships.csv, row 1: the column “role” is missing.",
        ],
    ),
    "too many cells": (
        changed("memberships.csv", "Lead", "Lead, and backbone"),
        ["memberships.csv, row 2: has 5 cells, but the header names 4 columns."],
    ),
    "too few cells": (
        added("memberships.csv", "oak-table,net"),
        ["memberships.csv, row 4: has 2 cells, but the header names 4 columns."],
    ),
    # ── the cells ──
    "sector misspelt": (
        changed(A, "government,local_g", "goverment,local_g"),
        [
            f"{A}, row 3, column sector: “goverment” is not a sector; did you mean “government”? "
            f"Known: {SECTORS}.",
        ],
    ),
    "sector unknown": (
        changed(A, "government,local_g", "xyz,local_g"),
        [f"{A}, row 3, column sector: “xyz” is not a sector. Known: {SECTORS}."],
    ),
    "role unknown": (
        changed(A, "data_specialist;backbone", "data_specialist;back-bone"),
        [
            f"{A}, row 4, column roles: “back-bone” is not a role; did you mean “backbone”? "
            "Known: civic_technologist, data_specialist, community, local_government, "
            "issue_expert, service_provider, resource_provider, backbone, storyteller, "
            "network_weaver.",
        ],
    ),
    "kind of tie unknown": (
        changed(R, "trains", "train"),
        [
            f"{R}, row 4, column kind: “train” is not a kind of tie; did you mean “trains”? "
            "Known: funds, shares_data, delivers_project_with, advises, hosts, staffs, "
            "volunteers_for, convenes, trains, member_of, in_kind.",
        ],
    ),
    "status unknown": (
        with_columns(R, status=["hoped", "", "", ""]),
        [f"{R}, row 2, column status: “hoped” is not a status. Known: existing, wished."],
    ),
    "competency unknown": (
        changed("competencies.csv", "coding", "cooking"),
        [
            "competencies.csv, row 3, column competency_slug: “cooking” is not a competency; "
            "did you mean “coding”? Known: management-convening, communication-facilitation, "
            "community-organizing, fundraising, issue-knowledge, policy-program-design, "
            "data-collection-sharing, data-quality-analysis, data-communication, coding, "
            "infrastructure-maintenance, user-centered-design.",
        ],
    ),
    "step unknown": (
        changed("projects.csv", "iterate", "repeat"),
        [
            "projects.csv, row 2, column stage: “repeat” is not a step of the process. "
            "Known: identify, define, iterate, implement, learn.",
        ],
    ),
    "level of participation unknown": (
        changed("engagements.csv", "consult", "consulted"),
        [
            "engagements.csv, row 2, column level: “consulted” is not a level of participation; "
            "did you mean “consult”? Known: inform, consult, involve, collaborate, empower.",
        ],
    ),
    "kind of resource unknown": (
        changed("resources.csv", "match", "matching"),
        [
            "resources.csv, row 4, column kind: “matching” is not a kind of resource; "
            "did you mean “match”? Known: grant, match, in_kind_labor, in_kind_space, data, "
            "software, media_time, prize, earned.",
        ],
    ),
    "stage of a city unknown": (
        changed(C, "exploring", "Exploring"),
        [
            f"{C}, row 3, column stage: “Exploring” is not a stage; did you mean “exploring”? "
            "Known: exploring, planning, implementing, sustaining.",
        ],
    ),
    "state in words": (
        changed(C, "MA", "Mass."),
        [f"{C}, row 2, column state: “Mass.” is not a state in two capital letters, such as MA."],
    ),
    "name blank": (
        changed(A, "Oak Data", ""),
        [f"{A}, row 4, column name: is blank, but must be filled."],
    ),
    "source blank": (
        changed("memberships.csv", "Lead,report.txt", "Lead, | "),
        ["memberships.csv, row 2, column source: is blank, but must be filled."],
    ),
    "name too long": (
        changed(A, "Oak Data", "x" * 301),
        [
            f"{A}, row 4, column name: “{'x' * 79}…” has 301 characters; at most 300 fit.",
        ],
    ),
    "function too long": (
        changed("memberships.csv", "Lead", "x" * 201),
        [
            f"memberships.csv, row 2, column role: “{'x' * 79}…” has 201 characters; "
            "at most 200 fit.",
        ],
    ),
    "citation too long": (
        changed("memberships.csv", "Lead,report.txt", "Lead,b | " + "x" * 501),
        [
            f"memberships.csv, row 2, column source: “{'x' * 79}…” has 501 characters; "
            "at most 500 fit.",
        ],
    ),
    "description too long": (
        changed(A, "Keeps data.", "x" * 10_001),
        [
            f"{A}, row 4, column description: “{'x' * 79}…” has 10001 characters; "
            "at most 10000 fit.",
        ],
    ),
    "control character": (
        changed(A, "Keeps data.", "Keeps\x1bdata."),
        [f"{A}, row 4, column description: “Keeps�data.” holds a control character."],
    ),
    "short name with capitals": (
        added(A, "oak,Oak-News,Oak News,media,,,,,,,report.txt"),
        [
            f"{A}, row 6, column slug: “Oak-News” is no short name: use a to z, 0 to 9 and "
            "hyphens between them.",
        ],
    ),
    "short name too long": (
        added(A, f"oak,{'x' * 81},Oak News,media,,,,,,,report.txt"),
        [f"{A}, row 6, column slug: “{'x' * 79}…” has 81 characters; at most 80 fit."],
    ),
    "year in words": (
        changed(R, "2015", "last year"),
        [
            f"{R}, row 2, column since_year: “last year” is not a whole number: write digits only.",
        ],
    ),
    "year out of range": (
        changed(R, "2015", "20155"),
        [f"{R}, row 2, column since_year: “20155” is not between 1600 and 2100."],
    ),
    "thousands separated": (
        changed("resources.csv", "200000", '"200,000"'),
        [
            "resources.csv, row 2, column amount_usd: “200,000” is not an amount: write digits "
            "and a point, nothing between thousands.",
        ],
    ),
    "amount negative": (
        changed("resources.csv", "200000", "-1"),
        [
            "resources.csv, row 2, column amount_usd: “-1” is not between 0 and 999999999999.",
        ],
    ),
    "amount of tenths of a cent": (
        changed("resources.csv", "200000", "0.001"),
        ["resources.csv, row 2, column amount_usd: “0.001” has more than two decimals."],
    ),
    "not a number": (
        changed(C, "42.1", "nan"),
        [f"{C}, row 2, column latitude: “nan” is not a number of degrees, such as -71.06."],
    ),
    "latitude beyond the pole": (
        changed(C, "42.1", "142.1"),
        [f"{C}, row 2, column latitude: “142.1” is not between -90 and 90."],
    ),
    "half a place": (
        changed(A, "42.1,-71.2", "42.1,"),
        [
            f"{A}, row 3, column longitude: is blank, though the other half of the place is there.",
        ],
    ),
    "strength out of range": (
        with_columns(R, strength=["5", "0", "", ""]),
        [
            f"{R}, row 2, column strength: “5” is not between 1 and 4.",
            f"{R}, row 3, column strength: “0” is not between 1 and 4.",
        ],
    ),
    "carried by nobody": (
        with_columns(R, carried_by=["0", "", "", ""]),
        [f"{R}, row 2, column carried_by: “0” is not between 1 and 32767."],
    ),
    "level out of range": (
        with_columns("competencies.csv", level=["4", "", ""]),
        ["competencies.csv, row 2, column level: “4” is not between 0 and 3."],
    ),
    "participants negative": (
        changed("engagements.csv", "350", "-5"),
        ["engagements.csv, row 2, column participants: “-5” is not between 0 and 1000000000."],
    ),
    "day in another order": (
        with_columns(R, ended_on=["6/30/2018", "", "", ""]),
        [
            f"{R}, row 2, column ended_on: “6/30/2018” is not a day: write year-month-day, "
            "such as 2018-06-30.",
        ],
    ),
    "day that no calendar has": (
        with_columns(C, map_date=["2018-02-30", ""]),
        [
            f"{C}, row 2, column map_date: “2018-02-30” is not a day: write year-month-day, "
            "such as 2018-06-30.",
        ],
    ),
    "day of long ago": (
        with_columns(C, map_date=["0001-01-01", ""]),
        [
            f"{C}, row 2, column map_date: 0001-01-01 is too early: name a day from 1900-01-01 on.",
        ],
    ),
    "script for an address": (
        changed(A, "https://net.example.org", "javascript:alert(1)"),
        [
            f"{A}, row 2, column website: “javascript:alert(1)” is not a web address: it begins "
            "with http:// or https://.",
        ],
    ),
    "citation with a broken address": (
        changed("memberships.csv", "Lead,report.txt", "Lead,https://no host/"),
        [
            "memberships.csv, row 2, column source: “https://no host/” is not a web address: it "
            "begins with http:// or https://.",
        ],
    ),
    "issue without letters": (
        changed("collaboratives.csv", "Affordable housing", "？！"),
        [
            "collaboratives.csv, row 2, column issue_area: “？！” has no letter from a to z to "
            "make an address of.",
        ],
    ),
    # ── rows against each other ──
    "unknown city": (
        changed(A, "elm,elm-code", "elmo,elm-code"),
        [
            f"{A}, row 5, column city_slug: “elmo” is not a city of cities.csv; "
            "did you mean “elm”?",
        ],
    ),
    "unknown actor": (
        changed("memberships.csv", "oak-city", "oak-citty"),
        [
            "memberships.csv, row 3, column actor_slug: “oak-citty” is not an actor of "
            "actors.csv; did you mean “oak-city”?",
        ],
    ),
    "unknown end of a tie": (
        changed(R, "net,elm-code", "net,xyz"),
        [f"{R}, row 5, column target_slug: “xyz” is not an actor of actors.csv."],
    ),
    "unknown collaborative": (
        changed("engagements.csv", "oak-table", "oaktable"),
        [
            "engagements.csv, row 2, column collaborative_slug: “oaktable” is not a "
            "collaborative of collaboratives.csv; did you mean “oak-table”?",
        ],
    ),
    "unknown parent": (
        changed(A, "oak-city,Keeps", "oak-town,Keeps"),
        [f"{A}, row 4, column part_of: “oak-town” is not an actor of actors.csv."],
    ),
    "unknown giver": (
        changed("resources.csv", "net,grant,200000", "nets,grant,200000"),
        [
            "resources.csv, row 2, column giver_slug_or_name: “nets” is not an actor of "
            f"actors.csv; did you mean “net”? {HINT}",
        ],
    ),
    "part of itself": (
        changed(A, "local_government,,", "local_government,oak-city,"),
        [f"{A}, row 3, column part_of: goes round in a circle: oak-city → oak-city."],
    ),
    "parts in a circle": (
        changed(A, "local_government,,", "local_government,oak-data,"),
        [f"{A}, row 3, column part_of: goes round in a circle: oak-city → oak-data → oak-city."],
    ),
    "tie ends before it starts": (
        with_columns(R, started_on=["2018-01-02", "", "", ""], ended_on=["2018-01-01", "", "", ""]),
        [f"{R}, row 2, column ended_on: “2018-01-01” is before the tie started, on 2018-01-02."],
    ),
    "city repeated": (
        added(C, "oak,Oak,,planning,,,,,report.txt"),
        [f"{C}, row 4: repeats row 2 (oak)."],
    ),
    "actor repeated": (
        added(A, "elm,oak-data,Elm Data,academia,,,,,,,report.txt"),
        [f"{A}, row 6: repeats row 4 (oak-data)."],
    ),
    "tie repeated": (
        added(R, "oak,net,oak-data,funds,Again.,2016,report.txt"),
        [f"{R}, row 6: repeats row 3 (oak, net, oak-data, funds, existing)."],
    ),
    "statement repeated": (
        added("competencies.csv", "elm-code,coding,,report.txt"),
        ["competencies.csv, row 5: repeats row 3 (elm-code, coding)."],
    ),
    "membership repeated": (
        added("memberships.csv", "oak-table,oak-data,,report.txt"),
        ["memberships.csv, row 4: repeats row 2 (oak-table, oak-data)."],
    ),
    "resource repeated": (
        added("resources.csv", "oak-table,net,grant,,Second grant.,b.txt"),
        ["resources.csv, row 5: repeats row 3 (oak-table, net, grant, Second grant.)."],
    ),
    "criterion repeated": (
        added("priorities_criteria.csv", "oak-table,Affordability,report.txt"),
        ["priorities_criteria.csv, row 4: repeats row 2 (oak-table, Affordability)."],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("tables", "sentences"), BROKEN.values(), ids=BROKEN)
def test_broken_folder_is_refused_with_the_place_and_changes_nothing(tmp_path, tables, sentences):
    before = rows_stored()

    said = refusal(write_folder(tmp_path, tables))

    problems = "1 problem" if len(sentences) == 1 else f"{len(sentences)} problems"
    assert said.splitlines() == [f"Nothing was loaded: {problems}.", *(f"  {s}" for s in sentences)]
    assert rows_stored() == before


@pytest.mark.django_db
def test_problems_of_all_files_are_told_at_once_in_order(tmp_path):
    tables = changed(A, "government,local_g", "state,local_g")
    tables |= changed("memberships.csv", "oak-city", "nobody")
    tables |= changed(C, "MA", "ma")

    said = refusal(write_folder(tmp_path, tables))

    assert said.splitlines() == [
        "Nothing was loaded: 3 problems.",
        f"  {C}, row 2, column state: “ma” is not a state in two capital letters, such as MA.",
        f"  {A}, row 3, column sector: “state” is not a sector. Known: {SECTORS}.",
        "  memberships.csv, row 3, column actor_slug: “nobody” is not an actor of actors.csv.",
    ]


@pytest.mark.django_db
def test_twenty_problems_are_told_and_the_rest_is_counted(tmp_path):
    rows = "".join(f"oak,n-{n},N,zzz,,,,,,,report.txt\n" for n in range(1000))

    said = refusal(write_folder(tmp_path, {A: SMALL[A] + rows})).splitlines()

    assert said[0] == "Nothing was loaded: 1000 problems."
    assert said[1] == f"  {A}, row 6, column sector: “zzz” is not a sector. Known: {SECTORS}."
    assert len(said) == 22
    assert said[-1] == "  … and 980 more."


@pytest.mark.django_db
def test_broken_table_is_not_asked_about_what_refers_to_it(tmp_path):
    said = refusal(write_folder(tmp_path, {A: SMALL[A].encode("utf-16")}))

    assert said.splitlines() == [
        "Nothing was loaded: 1 problem.",
        f"  {A}: is not UTF-8 text (line 1). Save it as “CSV UTF-8”.",
    ]


@pytest.mark.django_db
def test_missing_folder_and_folder_for_a_file_are_refused(tmp_path):
    folder = write_folder(tmp_path / "folder", {C: None})
    (folder / C).mkdir()

    assert refusal(tmp_path / "none") == (
        f"Nothing was loaded: 1 problem.\n  {tmp_path / 'none'}: is not a folder."
    )
    assert refusal(folder) == f"Nothing was loaded: 1 problem.\n  {C}: is not a file."


@pytest.mark.django_db
def test_refused_change_leaves_the_earlier_load_as_it_was(tmp_path):
    call_command("load_reference", folder=write_folder(tmp_path), stdout=StringIO())
    before = rows_stored()
    tables = changed(A, "Oak Data", "Oak Data Center") | changed(C, "MA", "ma")

    refusal(write_folder(tmp_path, tables))

    assert rows_stored() == before
    assert not apps.get_model("actors", "Actor").objects.filter(name="Oak Data Center").exists()
