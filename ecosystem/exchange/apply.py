"""Plan → database: one transaction, everything or nothing.

* A row finds its record by the keys of its target. A record that is not there is made.
* A value that differs is changed when an earlier load brought it. What people wrote since stays.
* Records that earlier loads brought and the folder no longer has stay too, and are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from actors.models import Issue, Source
from actors.services import raise_revisions
from ecosystem.exchange import columns
from ecosystem.exchange.citations import describe_source, issue_slug
from ecosystem.exchange.columns import ACTORS, CITIES, COLLABORATIVES, MODELS
from ecosystem.exchange.matching import match_rows, ours_to_change
from ecosystem.exchange.rows import Plan, PlannedRow
from ecosystem.exchange.targets import TARGETS, Target
from ecosystem.exchange.touched import cities_touched
from ecosystem.exchange.versions import link, linked_ids, past_values, record_versions

REASON = "Loaded from reference data"
"""Why a version came about that a load wrote; kept in every history, so never translated."""


@dataclass
class Applied:
    """What a load did: counts by file, in the order of the tables.

    ``kept`` rows have a value that people changed, ``gone`` records are no longer in the folder.
    """

    created: dict[str, int]
    changed: dict[str, int]
    rows: int = 0
    kept: int = 0
    gone: int = 0


def apply_plan(plan: Plan, progress: Callable[[str], None] = lambda file: None) -> Applied:
    """Store the plan. ``progress`` is told each file before its rows are stored."""
    with transaction.atomic():
        return _Load(plan, timezone.now()).run(progress)


class _Load:
    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan = plan
        self.now = now
        self.ids: dict[str, dict[str, int]] = {}
        self.changed_ids: dict[type[Model], set[int]] = {}
        self.touched: dict[bool, set[int]] = {True: set(), False: set()}
        none = dict.fromkeys(columns.FILES, 0)
        self.applied = Applied(dict(none), dict(none))

    def run(self, progress: Callable[[str], None]) -> Applied:
        self.source_ids = self._store_sources()
        self.issue_ids = self._store_issues()
        for target in TARGETS:
            progress(target.file)
            self._store_rows(target)
        self._note_touched()
        for ties, cities in self.touched.items():
            if cities:
                raise_revisions(cities, ties=ties)
        return self.applied

    def _note_touched(self) -> None:
        for ties, cities in cities_touched(self.changed_ids).items():
            self.touched[ties] |= cities

    # ── what rows point at ───────────────────────────────────────────────────────────────────

    def _store_sources(self) -> dict[str, int]:
        """Ids of sources by citation. One that is there already is left as it is."""
        ids = dict(Source.objects.values_list("citation", "pk"))
        citations = dict.fromkeys(
            citation
            for target in TARGETS
            for row in self.plan.rows[target.file]
            for citation in row.fields["sources"]
        )
        new = [
            describe_source(citation, self.plan.titles.get(citation, ""))
            for citation in citations
            if citation not in ids
        ]
        Source.objects.bulk_create(new)
        record_versions(Source, new, created=True, reason=REASON, when=self.now)
        return ids | {source.citation: source.pk for source in new}

    def _store_issues(self) -> dict[str, int]:
        """Ids of issues by name. The same address is the same issue, whatever its capitals."""
        by_slug, by_name = {}, {}
        for pk, slug, name in Issue.objects.values_list("pk", "slug", "name"):
            by_slug[slug], by_name[name] = pk, pk
        names = dict.fromkeys(row.fields["issue"] for row in self.plan.rows[COLLABORATIVES])
        new: dict[str, Issue] = {}
        for name in filter(None, names):
            slug = issue_slug(name)
            if name not in by_name and slug not in by_slug and slug not in new:
                new[slug] = Issue(slug=slug, name=name)
        Issue.objects.bulk_create(new.values())
        made = list(new.values())
        record_versions(Issue, made, created=True, reason=REASON, when=self.now)
        by_slug |= {slug: issue.pk for slug, issue in new.items()}
        return {
            name: by_name.get(name) or by_slug[issue_slug(name)] for name in filter(None, names)
        }

    def _resolve(self, target: Target, values: dict[str, Any]) -> dict[str, Any]:
        """Values by column of the database: what is pointed at becomes an id."""
        resolved = {}
        for name, value in values.items():
            if name in target.links:
                resolved[f"{name}_id"] = value and self.ids[target.links[name]][value]
            elif name == "issue":
                resolved["issue_id"] = value and self.issue_ids[value]
            elif name == "sources":
                resolved["sources"] = tuple(self.source_ids[citation] for citation in value)
            elif name != target.late:
                resolved[name] = value
        return resolved

    # ── the rows of one file ─────────────────────────────────────────────────────────────────

    def _store_rows(self, target: Target) -> None:
        model, rows = MODELS[target.file], self.plan.rows[target.file]
        wanted = [self._resolve(target, row.fields) for row in rows]
        only_new = [self._resolve(target, row.only_new) | target.always_new for row in rows]
        records = list(
            model.objects.filter(self._scope(target, rows)).select_for_update().order_by("pk")
        )
        ours = self._loaded_before(model) if records else set()
        found = match_rows(
            list(zip(wanted, only_new, strict=True)),
            records,
            target.keys,
            value_of_row=lambda row, name: row[0].get(name, row[1].get(name)),
            is_ours=lambda record: record.pk in ours,
        )
        matched = {record.pk for record in found if record is not None}
        self.applied.rows += len(rows)
        self.applied.gone += sum(r.pk in ours and r.pk not in matched for r in records)

        new = [
            None if record else model(**_without_sources(only_new[i] | wanted[i]))
            for i, record in enumerate(found)
        ]
        model.objects.bulk_create(record for record in new if record)
        both: list[Any] = [there or made for there, made in zip(found, new, strict=True)]
        if "slug" in target.keys[0]:
            self.ids[target.file] = {
                row.fields["slug"]: record.pk for row, record in zip(rows, both, strict=True)
            }
        if target.late:
            self._set_late(target, rows, wanted, new)
        made = [(record, values) for record, values in zip(new, wanted, strict=True) if record]
        self._finish_new(target.file, made)
        self._change(
            target.file,
            [(record, values) for record, values in zip(found, wanted, strict=True) if record],
        )

    def _set_late(
        self,
        target: Target,
        rows: list[PlannedRow],
        wanted: list[dict[str, Any]],
        new: list[Any],
    ) -> None:
        column = f"{target.late}_id"
        for row, values in zip(rows, wanted, strict=True):
            value = row.fields[target.late]
            values[column] = value and self.ids[target.file][value]
        changed = []
        for record, values in zip(new, wanted, strict=True):
            if record and values[column]:
                setattr(record, column, values[column])
                changed.append(record)
        MODELS[target.file].objects.bulk_update(changed, [target.late])

    def _scope(self, target: Target, rows: list[PlannedRow]) -> Q:
        """The records among which the rows are looked for: those of the folder's cities."""
        cities = list(self.ids.get(CITIES, {}).values())
        in_folder = Q(slug__in=[row.fields.get("slug") for row in rows])
        match target.file:
            case columns.CITIES:
                return in_folder
            case columns.ACTORS | columns.COLLABORATIVES:
                return in_folder | Q(city__in=cities)
            case columns.PROJECTS:
                return in_folder | Q(collaborative__city__in=cities)
            case columns.COMPETENCIES:
                return Q(actor__in=list(self.ids[ACTORS].values()))
            case columns.RELATIONSHIPS:
                actors = list(self.ids[ACTORS].values())
                return Q(city__in=cities) | Q(city=None, source__in=actors)
            case _:
                return Q(collaborative__in=list(self.ids[COLLABORATIVES].values()))

    def _loaded_before(self, model: Any) -> set[int]:
        return set(
            model.history.filter(history_type="+", history_change_reason=REASON).values_list(
                "id", flat=True
            )
        )

    def _finish_new(self, file: str, made: list[tuple[Any, dict[str, Any]]]) -> None:
        if not made:
            return
        model = MODELS[file]
        link(model, "sources", {record.pk: values["sources"] for record, values in made})
        records = [record for record, _values in made]
        record_versions(model, records, created=True, reason=REASON, when=self.now)
        self.applied.created[file] = len(made)
        self.changed_ids.setdefault(model, set()).update(record.pk for record in records)

    def _change(self, file: str, pairs: list[tuple[Any, dict[str, Any]]]) -> None:
        """Give records the folder's values where an earlier load wrote what they have."""
        model = MODELS[file]
        sources = linked_ids(model, "sources", [record.pk for record, _values in pairs])
        differing: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
        for record, values in pairs:
            now = {
                name: sources.get(record.pk, ()) if name == "sources" else getattr(record, name)
                for name in values
            }
            if now != values:
                differing.append((record, values, now))
        if not differing:
            return
        fields = sorted({name for _record, values, _now in differing for name in values})
        versions = past_values(model, [record.pk for record, _v, _n in differing], fields)
        changed, changed_fields, changed_sources = [], set(), {}
        for record, values, now in differing:
            different = {name for name in values if values[name] != now[name]}
            ours = ours_to_change(different, now, versions.get(record.pk, []), {REASON})
            self.applied.kept += different != ours
            if not ours:
                continue
            for name in ours - {"sources"}:
                setattr(record, name, values[name])
            if "sources" in ours:
                changed_sources[record.pk] = values["sources"]
            record.version += 1
            record.updated_at = self.now
            changed.append(record)
            changed_fields |= ours - {"sources"}
        if not changed:
            return
        ids = {record.pk for record in changed}
        self.changed_ids.setdefault(model, set()).update(ids)
        for ties, cities in cities_touched({model: ids}).items():  # where it was before
            self.touched[ties] |= cities
        columns_changed = [_field_name(model, name) for name in changed_fields]
        model.objects.bulk_update(changed, [*columns_changed, "version", "updated_at"])
        link(model, "sources", changed_sources)
        record_versions(model, changed, created=False, reason=REASON, when=self.now)
        self.applied.changed[file] = len(changed)


def _without_sources(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "sources"}


def _field_name(model: type[Model], attname: str) -> str:
    return next(f.name for f in model._meta.concrete_fields if attname in (f.attname, f.name))
