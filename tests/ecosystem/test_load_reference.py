from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor, City, Issue, Relationship, SkillStatement, Source
from collaboratives.models import (
    Collaborative,
    Contribution,
    Criterion,
    Engagement,
    Membership,
    Project,
)
from tests.ecosystem.folders import (
    SMALL,
    changed,
    reference_rows,
    with_columns,
    write_folder,
)
from tests.factories import ActorFactory, CityFactory, RelationshipFactory, SourceFactory

pytestmark = pytest.mark.django_db

MODELS = {
    "cities.csv": City,
    "actors.csv": Actor,
    "relationships.csv": Relationship,
    "competencies.csv": SkillStatement,
    "collaboratives.csv": Collaborative,
    "memberships.csv": Membership,
    "projects.csv": Project,
    "resources.csv": Contribution,
    "engagements.csv": Engagement,
    "priorities_criteria.csv": Criterion,
}
REASON = "Loaded from reference data"


def load(folder=None, **options):
    out = StringIO()
    if folder is not None:
        options["folder"] = folder
    call_command("load_reference", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def stored():
    """Every row of every table of ours, history and links included, as the database holds it."""
    rows = {}
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in sorted(tables):
            if table.startswith(("actors_", "collaboratives_", "accounts_", "ecosystem_")):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                rows[table] = cursor.fetchall()
    return rows


def sources_of(record):
    through = type(record).sources.through
    name = type(record).sources.field.m2m_field_name()
    links = through.objects.filter(**{name: record}).order_by("pk").select_related("source")
    return " | ".join(link.source.citation for link in links)


def number(value):
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".")


# ── the reference data ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("cities.csv", 7),
        ("actors.csv", 285),
        ("relationships.csv", 392),
        ("competencies.csv", 144),
        ("collaboratives.csv", 14),
        ("memberships.csv", 86),
        ("projects.csv", 32),
        ("resources.csv", 50),
        ("engagements.csv", 32),
        ("priorities_criteria.csv", 8),
    ],
)
def test_reference_data_has_the_rows_it_came_with(file, count):
    assert len(reference_rows(file)) == count


def test_load_reference_says_what_it_loaded():
    assert load() == (
        "Loaded 7 cities, 285 actors, 392 relationships, 144 skill statements, "
        "14 collaboratives, 86 memberships, 32 projects, 50 resources, 32 engagements, "
        "8 criteria.\n"
    )


def as_csv_row(file, record):
    """What the reference row of a stored record reads like."""
    row = {"source": sources_of(record)}
    match file:
        case "cities.csv":
            row |= {
                "slug": record.slug,
                "name": record.name,
                "state": record.state,
                "stage": record.stage,
                "latitude": str(record.latitude),
                "longitude": str(record.longitude),
                "population_2020": str(record.population),
                "summary": record.summary,
            }
        case "actors.csv":
            row |= {
                "city_slug": record.city.slug if record.city else "",
                "slug": record.slug,
                "name": record.name,
                "sector": record.sector,
                "roles": set(record.roles),
                "part_of": record.part_of.slug if record.part_of else "",
                "description": record.description,
                "website": record.website,
                "latitude": record.latitude,
                "longitude": record.longitude,
            }
        case "relationships.csv":
            row |= {
                "city_slug": record.city.slug if record.city else "",
                "source_slug": record.source.slug,
                "target_slug": record.target.slug,
                "kind": record.kind,
                "description": record.description,
                "since_year": number(record.since_year),
            }
        case "competencies.csv":
            row |= {
                "actor_slug": record.actor.slug,
                "competency_slug": record.competency,
                "evidence": record.evidence,
            }
        case "collaboratives.csv":
            row |= {
                "city_slug": record.city.slug,
                "slug": record.slug,
                "name": record.name,
                "purpose": record.purpose,
                "started_year": number(record.started_year),
                "issue_area": record.issue.name,
            }
        case "memberships.csv":
            row |= {
                "collaborative_slug": record.collaborative.slug,
                "actor_slug": record.actor.slug,
                "role": record.function,
            }
        case "projects.csv":
            row |= {
                "collaborative_slug": record.collaborative.slug,
                "slug": record.slug,
                "name": record.name,
                "summary": record.summary,
                "stage": record.step,
                "url": record.url,
            }
        case "resources.csv":
            row |= {
                "collaborative_slug": record.collaborative.slug,
                "giver_slug_or_name": record.giver.slug if record.giver else record.giver_name,
                "kind": record.kind,
                "amount_usd": "" if record.amount is None else str(int(record.amount)),
                "description": record.description,
            }
        case "engagements.csv":
            row |= {
                "collaborative_slug": record.collaborative.slug,
                "what": record.what,
                "stage": record.step,
                "participants": ""
                if record.participant_count is None
                else str(record.participant_count),
                "level": record.level,
                "notes": record.notes,
            }
        case "priorities_criteria.csv":
            row |= {
                "collaborative_slug": record.collaborative.slug,
                "criterion": record.text,
            }
    return row


def as_compared(file, row):
    if file == "actors.csv":
        return row | {
            "roles": set(row["roles"].split(";")),
            "latitude": float(row["latitude"]) if row["latitude"] else None,
            "longitude": float(row["longitude"]) if row["longitude"] else None,
        }
    if file == "relationships.csv" and row["since_year"]:
        return row | {"since_year": number(int(row["since_year"]))}
    if file == "collaboratives.csv" and row["started_year"]:
        return row | {"started_year": number(int(row["started_year"]))}
    return row


def test_load_reference_stores_every_cell_and_source():
    load()

    for file, model in MODELS.items():
        assert [as_csv_row(file, record) for record in model.objects.order_by("pk")] == [
            as_compared(file, row) for row in reference_rows(file)
        ], file


def test_load_reference_gives_what_the_tables_mean():
    load()

    assert set(City.objects.values_list("map_date", "population_year", "visibility")) == {
        (date(2018, 6, 30), 2020, "public")
    }
    assert set(SkillStatement.objects.values_list("level", "origin", "confirmed_on")) == {
        (2, "source", date(2018, 6, 30))
    }
    assert set(
        Relationship.objects.values_list(
            "status", "strength", "carried_by", "started_on", "ended_on"
        )
    ) == {("existing", None, None, None, None)}
    assert set(Contribution.objects.values_list("status", "counted_in")) == {("", None)}
    assert sorted(Project.objects.exclude(code_url="").values_list("code_url", flat=True)) == [
        row["url"]
        for row in sorted(reference_rows("projects.csv"), key=lambda row: row["url"])
        if row["url"].startswith("https://github.com/")
    ]
    assert sorted(Issue.objects.values_list("name", flat=True)) == sorted(
        {row["issue_area"] for row in reference_rows("collaboratives.csv")}
    )
    assert sorted(Contribution.objects.filter(giver=None).values_list("giver_name", flat=True)) == [
        "Local radio station (not named)",
        "Start-up that won the hackathon",
        "Various local donors",
    ]


def test_load_reference_knows_informants_from_background():
    load()

    citations = {
        citation
        for file in MODELS
        for row in reference_rows(file)
        for citation in row["source"].split(" | ")
    }
    assert set(Source.objects.values_list("citation", "kind", "url", "is_informant")) == {
        (citation, "web_page", citation, True)
        if citation.startswith("http")
        else (citation, "general_knowledge", "", False)
        if citation.startswith("population:")
        else (citation, "document", "", True)
        for citation in citations
    }
    report = Source.objects.get(citation="001_55f47589f0880745.txt")
    assert report.title == "Collaborating for 21st Century Solutions, June 2018"


def test_load_reference_writes_one_version_of_each_row_with_its_sources():
    load()

    for model in [*MODELS.values(), Source, Issue]:
        versions = list(model.history.all())
        assert [
            (version.id, version.history_type, version.history_change_reason, version.history_user)
            for version in sorted(versions, key=lambda version: version.id)
        ] == [
            (pk, "+", REASON, None)
            for pk in model.objects.order_by("pk").values_list("pk", flat=True)
        ]
    for record in Relationship.objects.all()[:20]:
        version = record.history.get()
        assert [link.source.citation for link in version.sources.order_by("id")] == sources_of(
            record
        ).split(" | ")


def test_bulk_history_equals_the_history_of_saved_rows(tmp_path):
    load(write_folder(tmp_path))
    loaded = Actor.objects.get(slug="oak-data")
    sources = [Source.objects.get(citation=c) for c in sources_of(loaded).split(" | ")]
    saved = Actor(
        **{
            field.attname: getattr(loaded, field.attname)
            for field in Actor._meta.concrete_fields
            if field.attname not in ("id", "slug")
        },
        slug="saved",
    )
    saved.save()
    saved.sources.add(sources[0])
    saved.sources.add(sources[1])

    bulk, one_by_one = loaded.history.first(), saved.history.first()

    apart = {"id", "slug", "created_at", "updated_at", "history_id", "history_date"}
    apart |= {"history_type", "history_change_reason"}
    fields = {field.attname for field in Actor.history.model._meta.concrete_fields} - apart
    assert {name: getattr(bulk, name) for name in fields} == {
        name: getattr(one_by_one, name) for name in fields
    }
    assert [link.source_id for link in bulk.sources.order_by("id")] == [
        link.source_id for link in one_by_one.sources.order_by("id")
    ]
    through = set(Actor.sources.through.objects.filter(actor=loaded).values_list("pk", "source"))
    assert {(link.id, link.source_id) for link in bulk.sources.all()} == through


# ── again ────────────────────────────────────────────────────────────────────────────────────────


def test_second_load_changes_nothing():
    load()
    before = stored()

    said = load()

    assert said == "Nothing to change: all 1050 rows are there already.\n"
    assert stored() == before


def test_changed_row_changes_that_record_alone(tmp_path):
    load(write_folder(tmp_path))
    before = {
        model: list(model.objects.order_by("pk").values()) for model in [*MODELS.values(), Source]
    }
    write_folder(tmp_path, changed("actors.csv", "Keeps data.", "Keeps and cleans data."))

    said = load(tmp_path)

    assert said == "Changed 1 actor.\n"
    after = {
        model: list(model.objects.order_by("pk").values()) for model in [*MODELS.values(), Source]
    }
    actor = Actor.objects.get(slug="oak-data")
    [old] = [row for row in before[Actor] if row["slug"] == "oak-data"]
    [oak] = [row for row in before[City] if row["slug"] == "oak"]
    old |= {
        "description": "Keeps and cleans data.",
        "version": 2,
        "updated_at": actor.updated_at,
    }
    oak["tie_revision"] += 1
    assert after == before
    assert [
        (version.history_type, version.description, version.version, version.history_change_reason)
        for version in actor.history.all()
    ] == [("~", "Keeps and cleans data.", 2, REASON), ("+", "Keeps data.", 1, REASON)]
    assert [
        [link.source.citation for link in version.sources.order_by("id")]
        for version in actor.history.all()
    ] == [["https://oak.example.org/a", "report.txt"]] * 2


def test_changed_sources_are_replaced_and_the_first_version_keeps_its_own(tmp_path):
    load(write_folder(tmp_path))
    write_folder(
        tmp_path, changed("actors.csv", "https://oak.example.org/a | report.txt", "report.txt | b")
    )

    said = load(tmp_path)

    actor = Actor.objects.get(slug="oak-data")
    assert said == "Changed 1 actor.\n"
    assert sources_of(actor) == "report.txt | b"
    assert [
        [link.source.citation for link in version.sources.order_by("id")]
        for version in actor.history.all()
    ] == [["report.txt", "b"], ["https://oak.example.org/a", "report.txt"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cities.csv", "Where it began.", "Where it goes on.", "Changed 1 city.\n"),
        ("actors.csv", "backbone,oak-city", "backbone,net", "Changed 1 actor.\n"),
        ("actors.csv", "elm,elm-code", "oak,elm-code", "Changed 1 actor.\n"),
        ("relationships.csv", "2015", "2014", "Changed 1 relationship.\n"),
        ("competencies.csv", "Wrote the tool.", "Wrote it.", "Changed 1 skill statement.\n"),
        ("collaboratives.csv", "Affordable h", "H", "Changed 1 collaborative.\n"),
        ("memberships.csv", "Lead", "Leads", "Changed 1 membership.\n"),
        ("projects.csv", "iterate", "implement", "Changed 1 project.\n"),
        ("resources.csv", "200000", "210000", "Changed 1 resource.\n"),
        ("resources.csv", "Second grant.", "Another grant.", "Changed 1 resource.\n"),
        ("engagements.csv", "350", "351", "Changed 1 engagement.\n"),
        ("engagements.csv", "consult", "involve", "Changed 1 engagement.\n"),
    ],
)
def test_changed_cell_of_any_table_changes_one_record(tmp_path, file, old, new, said):
    load(write_folder(tmp_path))
    write_folder(tmp_path, changed(file, old, new))

    assert load(tmp_path) == said
    assert load(tmp_path) == "Nothing to change: all 24 rows are there already.\n"
    assert sorted(MODELS[file].objects.values_list("version", flat=True))[-2:] == (
        [2] if MODELS[file].objects.count() == 1 else [1, 2]
    )


def test_wish_that_came_true_and_tie_that_ended_are_the_same_ties(tmp_path):
    columns = {
        "status": ["existing", "wished", "", ""],
        "ended_on": ["", "", "", ""],
    }
    load(write_folder(tmp_path, with_columns("relationships.csv", **columns)))
    ids = list(Relationship.objects.order_by("pk").values_list("pk", flat=True))
    columns = {"status": ["", "existing", "", ""], "ended_on": ["2017-01-31", "", "", ""]}
    write_folder(tmp_path, with_columns("relationships.csv", **columns))

    said = load(tmp_path)

    assert said == "Changed 2 relationships.\n"
    assert list(Relationship.objects.order_by("pk").values_list("pk", "status", "ended_on")) == [
        (ids[0], "existing", date(2017, 1, 31)),
        (ids[1], "existing", None),
        (ids[2], "existing", None),
        (ids[3], "existing", None),
    ]


def test_rows_that_vanish_stay_and_are_counted(tmp_path):
    load(write_folder(tmp_path))
    before = stored()
    line = "oak-table,Feasibility,report.txt\n"
    write_folder(tmp_path, changed("priorities_criteria.csv", line, ""))

    said = load(tmp_path)

    assert said == (
        "Nothing to change: all 23 rows are there already. "
        "1 record of an earlier load is no longer in the folder and stays.\n"
    )
    assert stored() == before


def test_new_rows_come_beside_the_old_ones(tmp_path):
    load(write_folder(tmp_path))
    more = SMALL["actors.csv"] + "elm,elm-news,Elm News,media,storyteller,,,,,,b.txt\n"
    write_folder(tmp_path, {"actors.csv": more})

    assert load(tmp_path) == "Loaded 1 actor.\n"
    assert City.objects.in_bulk(field_name="slug")["elm"].tie_revision == 2
    assert City.objects.in_bulk(field_name="slug")["oak"].tie_revision == 1


# ── beside people's work ─────────────────────────────────────────────────────────────────────────


def test_what_people_changed_stays_while_the_folder_changes_the_rest(tmp_path):
    load(write_folder(tmp_path))
    actor = Actor.objects.get(slug="oak-data")
    actor.description = "What we say ourselves."
    actor.version += 1
    actor.save()
    write_folder(
        tmp_path,
        changed("actors.csv", "backbone,oak-city,Keeps data.", "backbone,oak-city,Folder's words."),
    )
    table = (tmp_path / "actors.csv").read_text().replace("Oak Data", "Oak Data Center")
    write_folder(tmp_path, {"actors.csv": table})

    said = load(tmp_path)
    again = load(tmp_path)

    actor.refresh_from_db()
    assert said == "Changed 1 actor. 1 row keeps what people changed.\n"
    assert again == (
        "Nothing to change: all 24 rows are there already. 1 row keeps what people changed.\n"
    )
    assert (actor.name, actor.description, actor.version) == (
        "Oak Data Center",
        "What we say ourselves.",
        3,
    )


def test_sources_that_people_added_stay(tmp_path):
    load(write_folder(tmp_path))
    actor = Actor.objects.get(slug="oak-city")
    actor.sources.add(SourceFactory(citation="Our own report"))
    before = stored()

    assert load(tmp_path) == (
        "Nothing to change: all 24 rows are there already. 1 row keeps what people changed.\n"
    )
    assert stored() == before


def test_tie_and_membership_that_people_ended_do_not_come_back(tmp_path):
    load(write_folder(tmp_path))
    tie = Relationship.objects.get(kind="funds")
    tie.ended_on = date(2017, 12, 31)
    tie.save()
    membership = Membership.objects.get(actor__slug="oak-city")
    membership.until = date(2017, 12, 31)
    membership.save()
    before = stored()

    load(tmp_path)

    assert stored() == before


def test_records_that_people_added_are_left_alone(tmp_path):
    load(write_folder(tmp_path))
    oak = City.objects.get(slug="oak")
    newcomer = ActorFactory(slug="oak-news", city=oak)
    RelationshipFactory(city=oak, source=newcomer, target=Actor.objects.get(slug="oak-data"))
    before = stored()

    said = load(tmp_path)

    assert said == "Nothing to change: all 24 rows are there already.\n"
    assert stored() == before


def test_record_that_people_made_first_keeps_their_words(tmp_path):
    elm = CityFactory(slug="elm", name="Our Elmton", state="VT")
    ActorFactory(slug="elm-code", name="Our coders", city=elm)

    said = load(write_folder(tmp_path))

    assert said.startswith("Loaded 1 city, 3 actors, 4 relationships")
    assert said.endswith("2 rows keep what people changed.\n")
    assert Actor.objects.get(slug="elm-code").name == "Our coders"
    assert City.objects.get(slug="elm").version == 1


# ── optional columns, dates, forms of a file ─────────────────────────────────────────────────────


def test_optional_columns_are_taken(tmp_path):
    tables = with_columns(
        "relationships.csv",
        status=["existing", "wished", "", ""],
        strength=["4", "", "1", ""],
        carried_by=["1", "", "12", ""],
        started_on=["2015-01-01", "", "", ""],
        ended_on=["2018-01-01", "", "", ""],
    )
    tables |= with_columns(
        "competencies.csv", level=["0", "3", ""], confirmed_on=["2018-05-01", "", ""]
    )
    tables |= with_columns("cities.csv", map_date=["2017-12-31", ""])

    load(write_folder(tmp_path, tables), map_date=date(2018, 1, 1))

    assert list(
        Relationship.objects.order_by("pk").values_list(
            "status", "strength", "carried_by", "started_on", "ended_on"
        )
    ) == [
        ("existing", 4, 1, date(2015, 1, 1), date(2018, 1, 1)),
        ("wished", None, None, None, None),
        ("existing", 1, 12, None, None),
        ("existing", None, None, None, None),
    ]
    assert list(SkillStatement.objects.order_by("pk").values_list("level", "confirmed_on")) == [
        (0, date(2018, 5, 1)),
        (3, date(2018, 1, 1)),
        (2, date(2018, 1, 1)),
    ]
    assert dict(City.objects.values_list("slug", "map_date")) == {
        "oak": date(2017, 12, 31),
        "elm": date(2018, 1, 1),
    }


def test_statement_is_confirmed_on_the_map_date_of_its_city(tmp_path):
    tables = with_columns("cities.csv", map_date=["2017-12-31", ""])

    load(write_folder(tmp_path, tables))

    assert dict(SkillStatement.objects.values_list("actor__slug", "confirmed_on")) == {
        "oak-data": date(2017, 12, 31),
        "elm-code": date(2018, 6, 30),
        "net": date(2018, 6, 30),
    }


def test_column_that_the_folder_lacks_does_not_undo_an_earlier_one(tmp_path):
    load(write_folder(tmp_path, with_columns("relationships.csv", strength=["4", "", "", ""])))

    said = load(write_folder(tmp_path))

    assert said == "Nothing to change: all 24 rows are there already.\n"
    assert Relationship.objects.filter(strength=4).count() == 1


def test_small_folder_is_stored_as_it_reads(tmp_path):
    load(write_folder(tmp_path))

    assert list(
        Contribution.objects.order_by("pk").values_list(
            "giver__slug", "giver_name", "kind", "amount", "description"
        )
    ) == [
        ("net", "", "grant", Decimal(200000), "First grant."),
        ("net", "", "grant", None, "Second grant."),
        (None, "Local donors", "match", Decimal("1500.50"), ""),
    ]
    assert list(Project.objects.order_by("pk").values_list("slug", "url", "code_url")) == [
        ("oak-map", "https://github.com/oak/map", "https://github.com/oak/map"),
        ("oak-guide", "https://github.com/oak", ""),
    ]
    assert list(Criterion.objects.values_list("text", "position")) == [
        ("Affordability", 1),
        ("Feasibility", 2),
    ]
    tie = Relationship.objects.get(kind="trains")
    assert tie.source == tie.target
    assert Source.objects.get(citation="population: census").is_informant is False
    assert list(City.objects.order_by("slug").values_list("slug", "tie_revision")) == [
        ("elm", 1),
        ("oak", 1),
    ]
    assert set(City.objects.values_list("fact_revision", flat=True)) == {1}


@pytest.mark.parametrize(
    "form",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\n,,,,,,,,,,\n\n").encode(),
        lambda text: "\n".join(f"{line},," for line in text.splitlines()).encode(),
        lambda text: "\n".join(
            ",".join(f'" {cell} "' for cell in reversed(line.split(",")))
            for line in text.splitlines()
        ).encode(),
    ],
    ids=["byte order mark", "CRLF", "blank rows", "spare cells", "other order, quoted, spaces"],
)
def test_other_forms_of_the_same_table_are_the_same(tmp_path, form):
    load(write_folder(tmp_path))
    write_folder(tmp_path, {"actors.csv": form(SMALL["actors.csv"])})

    assert load(tmp_path) == "Nothing to change: all 24 rows are there already.\n"


def test_queries_do_not_grow_with_rows(tmp_path):
    more = "".join(
        f"oak,actor-{n},Actor {n},media,storyteller,oak-city,,,,,report.txt\n" for n in range(20)
    )
    ties = "".join(f"oak,actor-{n},oak-data,funds,,,report.txt\n" for n in range(20))
    counts = []

    for prefix, actors, relationships in [("a", "", ""), ("b", more, ties)]:
        tables = {
            "actors.csv": SMALL["actors.csv"] + actors,
            "relationships.csv": SMALL["relationships.csv"] + relationships,
        }
        folder = write_folder(tmp_path / prefix, tables)
        with CaptureQueriesContext(connection) as queries:
            load(folder)
        counts.append(len(queries))
        for model in reversed(MODELS.values()):
            model.objects.all().delete()
            model.history.all().delete()
        Source.objects.all().delete()
        Issue.objects.all().delete()

    assert counts[0] == counts[1]


# ── refused ──────────────────────────────────────────────────────────────────────────────────────


def test_clash_with_another_writer_is_refused(tmp_path, monkeypatch):
    def clash(*_args):
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr("ecosystem.exchange.load.apply_plan", clash)

    with pytest.raises(CommandError) as refused:
        load(write_folder(tmp_path))

    assert (refused.value.returncode, str(refused.value)) == (
        2,
        f"Nothing was loaded: 1 problem.\n  {tmp_path}: the rows clash with others that somebody "
        "stored. Load once more.",
    )


def test_map_date_that_is_no_day_is_refused():
    with pytest.raises(CommandError, match="“30 June” is not a day: write year-month-day"):
        call_command("load_reference", "--map-date", "30 June")
    with pytest.raises(CommandError, match="0001-01-01 is too early: name a day from 1900"):
        call_command("load_reference", "--map-date", "0001-01-01")
