"""A small valid folder of the ten tables, for tests to load whole or to break."""

import csv
from pathlib import Path

from ecosystem.management.commands.load_reference import REFERENCE

SMALL = {
    "cities.csv": """\
slug,name,state,stage,latitude,longitude,population_2020,summary,source
oak,Oakville,MA,implementing,42.1,-71.2,1000,Where it began.,report.txt | population: census
elm,Elmton,,exploring,,,,,report.txt
""",
    "actors.csv": """\
city_slug,slug,name,sector,roles,part_of,description,website,latitude,longitude,source
,net,The Net,national_network,network_weaver,,,https://net.example.org,,,report.txt
oak,oak-city,City of Oakville,government,local_government,,,,42.1,-71.2,report.txt
oak,oak-data,Oak Data,data_intermediary,data_specialist;backbone,oak-city,Keeps data.,,,,https://oak.example.org/a | report.txt
elm,elm-code,Code for Elmton,civic_technologist,,,,,,,report.txt
""",  # noqa: E501  # a row of a table is one line
    "relationships.csv": """\
city_slug,source_slug,target_slug,kind,description,since_year,source
oak,oak-data,oak-city,shares_data,Parcel data.,2015,report.txt
oak,net,oak-data,funds,,,report.txt
elm,elm-code,elm-code,trains,,,report.txt
,net,elm-code,advises,,2016,report.txt
""",
    "competencies.csv": """\
actor_slug,competency_slug,evidence,source
oak-data,data-quality-analysis,Cleaned the data.,report.txt
elm-code,coding,Wrote the tool.,https://oak.example.org/a
net,fundraising,,report.txt
""",
    "collaboratives.csv": """\
city_slug,slug,name,purpose,started_year,issue_area,source
oak,oak-table,Oak Table,Better housing.,2015,Affordable housing,report.txt
""",
    "memberships.csv": """\
collaborative_slug,actor_slug,role,source
oak-table,oak-data,Lead,report.txt
oak-table,oak-city,,report.txt
""",
    "projects.csv": """\
collaborative_slug,slug,name,summary,stage,url,source
oak-table,oak-map,Oak Map,A map.,iterate,https://github.com/oak/map,report.txt
oak-table,oak-guide,Oak Guide,,learn,https://github.com/oak,report.txt
""",
    "resources.csv": """\
collaborative_slug,giver_slug_or_name,kind,amount_usd,description,source
oak-table,net,grant,200000,First grant.,report.txt
oak-table,net,grant,,Second grant.,report.txt
oak-table,Local donors,match,1500.50,,report.txt
""",
    "engagements.csv": """\
collaborative_slug,what,stage,participants,level,source,notes
oak-table,Survey at the library,define,350,consult,report.txt,level judged
""",
    "priorities_criteria.csv": """\
collaborative_slug,criterion,source
oak-table,Affordability,report.txt
oak-table,Feasibility,report.txt
""",
}


def write_folder(folder: Path, tables: dict[str, str | bytes] | None = None) -> Path:
    """``SMALL`` with some tables replaced. ``None`` as a table leaves it out."""
    folder.mkdir(exist_ok=True)
    for file, content in (SMALL | (tables or {})).items():
        if content is None:
            (folder / file).unlink(missing_ok=True)
        else:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / file).write_bytes(data)
    return folder


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """One table of ``SMALL`` in which ``old``, found once, reads ``new``."""
    assert SMALL[file].count(old) == 1, f"{old!r} must occur once in {file}"
    return {file: SMALL[file].replace(old, new)}


def with_columns(file: str, **columns: list[str]) -> dict[str, str]:
    """One table of ``SMALL`` with further columns at its end, a cell for each row."""
    lines = SMALL[file].splitlines()
    for name, cells in columns.items():
        cells = [name, *cells]
        assert len(cells) == len(lines)
        lines = [f"{line},{cell}" for line, cell in zip(lines, cells, strict=True)]
    return {file: "\n".join(lines) + "\n"}


def reference_rows(file: str) -> list[dict[str, str]]:
    """A table of the reference data, read plainly."""
    with (REFERENCE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
