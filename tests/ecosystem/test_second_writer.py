"""Two people at one page: the second sees both versions and loses nothing; sent twice is done once.

Ana and Bo convene one city and have the same page open. In the first test Ana sends her form
twice; in the second Bo sends his before she sends hers.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from actors.models import (
    Actor,
    City,
    CityRole,
    Dismissal,
    Merge,
    Proposal,
    Relationship,
    SkillStatement,
    Steward,
)
from actors.services.workshop import load_entries
from collaboratives.models import Collaborative, Membership
from ecosystem.history.kinds import KINDS
from ecosystem.models import Introduction, Snapshot
from ecosystem.selectors.history import ALL, groups_of, read_groups
from tests.ecosystem.test_setup import FIELDS as NEW_CITY
from tests.ecosystem.test_setup import rows as list_rows
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityRoleFactory,
    OfferFactory,
    ProposalFactory,
    RelationshipFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WATCHED = (
    Actor,
    City,
    CityRole,
    Collaborative,
    Introduction,
    Membership,
    Proposal,
    Relationship,
    SkillStatement,
    Steward,
)


def everything():
    """Each row of each history, and what has none: the same only while nothing is written."""
    found = {
        model.__name__: list(model.history.order_by("history_id").values_list("history_id", "id"))
        for model in WATCHED
        if hasattr(model, "history")
    }
    for model in (Dismissal, Merge, Snapshot):
        found[model.__name__] = list(model.objects.order_by("pk").values_list("pk", flat=True))
    found["undone"] = Merge.objects.exclude(undone_at=None).count()
    found["versions"] = sorted(Actor.objects.values_list("pk", "version"))
    return found


@dataclass
class Case:
    """What Ana sends to ``path``, and what Bo sends before her, to ``other_path`` if elsewhere.

    ``twice`` is said when hers comes a second time, ``both`` when his came first: what he stored
    and what she entered. ``status`` is of the latter answer.
    """

    path: str
    sent: dict
    other: dict
    twice: str
    both: list = field(default_factory=list)
    other_path: str = ""
    status: int = 409


class World:
    def __init__(self):
        self.city = make_town()
        self.city.map_date = None
        self.city.save()
        self.ana, self.bo = Client(), Client()
        for client, name in ((self.ana, "Ana"), (self.bo, "Bo")):
            user = CityRoleFactory(
                city=self.city, user__name=name, user__email=f"{name.casefold()}@example.org"
            ).user
            client.force_login(user)

    def actor(self, slug):
        return Actor.objects.get(slug=slug)


# ── The pages ────────────────────────────────────────────────────────────────────────────────────

PEOPLE = "/cities/town/people/"
QUEUE = "/cities/town/to-check/"


def role_of_cy(world):
    return CityRoleFactory(city=world.city, kind="viewer", user__email="cy@example.org")


def role_changed(world):
    role = role_of_cy(world)
    sent = {"action": "change", "role": role.pk, "based_on": role.version, "kind": "contributor"}
    return Case(
        PEOPLE,
        sent,
        sent | {"kind": "convener"},
        twice="The role of cy@example.org is Contributor already.",
        both=["is now: Convener. You chose: Contributor.", 'value="contributor" selected'],
    )


def role_changed_that_was_taken(world):
    role = role_of_cy(world)
    sent = {"action": "change", "role": role.pk, "based_on": role.version, "kind": "contributor"}
    return Case(
        PEOPLE,
        sent,
        sent | {"action": "take"},
        twice="The role of cy@example.org is Contributor already.",
        both=["Somebody took the role of cy@example.org away", 'value="cy@example.org"'],
    )


def role_taken(world):
    role = role_of_cy(world)
    sent = {"action": "take", "role": role.pk, "based_on": role.version}
    return Case(
        PEOPLE,
        sent,
        sent | {"action": "change", "kind": "convener"},
        twice="cy@example.org has no role in Town any more.",
        both=["is now: Convener. You chose: no role any more."],
    )


def role_given(world):
    sent = {"action": "give", "email": "cy@example.org", "kind": "viewer"}
    return Case(
        PEOPLE,
        sent,
        sent | {"kind": "contributor"},
        twice="cy@example.org had this role in Town already: Viewer.",
        both=["cy@example.org has another role here already: Contributor.", 'value="viewer" '],
    )


def city_started(world):
    for client in (world.ana, world.bo):
        client.force_login(UserFactory(national=True))
    return Case(
        "/cities/new/",
        NEW_CITY | {"boundary": "Hers"},
        NEW_CITY | {"boundary": "His"},
        twice="The map of Springfield is started.",
        both=["There is a map of", "Springfield, MA</span> already.", "Hers"],
    )


def boundary_changed(world):
    path = "/cities/town/setup/boundary/"
    sent = filled_in(world, path)
    return Case(
        path,
        sent | {"boundary": "Hers"},
        sent | {"boundary": "His"},
        twice="All of it is stored already, so nothing was changed.",
        both=[">His</td>", ">Hers</td>"],
    )


def first_actors_added(world):
    return Case(
        "/cities/town/setup/actors/",
        list_rows(("Housing Office", "government", True), ("Radio", "media", True)),
        list_rows(("Housing office", "nonprofit_service", True)),
        twice="2 organizations are on the map of Town now.",
        both=["Somebody put it on the map meanwhile.", "Housing Office", "Radio"],
    )


def entry(kind, record, action, **more):
    key = record if isinstance(record, str) else str(record.pk)
    version = getattr(record, "version", 0)
    return {"kind": kind, "key": key, "action": action, "version": version} | more


def proposed_published(world):
    actor = ActorFactory(city=world.city, name="New One", proposed=True)
    return Case(
        QUEUE,
        entry("proposed", actor, "publish"),
        entry("proposed", actor, "decline"),
        twice="It is so already, so nothing more was done. New One is on the map.",
        both=["New One is archived", "Last changed by Bo", "You chose “Publish”"],
    )


def proposed_declined(world):
    actor = ActorFactory(city=world.city, name="New One", proposed=True)
    return Case(
        QUEUE,
        entry("proposed", actor, "decline"),
        entry("proposed", actor, "publish"),
        twice="It is so already, so nothing more was done. New One is archived",
        both=["New One is on the map.", "Last changed by Bo", "You chose “Decline”"],
    )


def record_confirmed(world):
    actor = ActorFactory(city=world.city, name="Old One", website="https://old.example.org")
    return Case(
        QUEUE,
        entry("unconfirmed", actor, "confirm"),
        {"action": "do", "do": "save", "change": "archive:", "actors": [actor.slug]}
        | {f"version-{actor.slug}": actor.version},
        other_path="/cities/town/actors/change/",
        twice="Old One is confirmed as of",
        both=["Old One is archived", "You chose “Still right: confirm today”"],
    )


def dead_end_archived(world):
    actor = ActorFactory(city=world.city, name="Nowhere", confirmed_on=timezone.localdate())
    return Case(
        QUEUE,
        entry("dead_end", actor, "archive"),
        entry("dead_end", actor, "fine"),
        twice="Nowhere is archived: it is on no map.",
        both=["Nowhere is left out of this list.", "Last changed by Bo", "You chose “Archive it”"],
    )


def twins(world):
    made = [ActorFactory(city=world.city, name=name) for name in ("Housing Autority",) * 2]
    return made, f"{made[0].pk}-{made[1].pk}"


def pair_different(world):
    (first, second), key = twins(world)
    return Case(
        QUEUE,
        entry("duplicate", key, "different"),
        {"keep": first.slug, "merge": second.slug}
        | {"kept_version": first.version, "merged_version": second.version},
        other_path="/cities/town/merge/",
        twice="Housing Autority and Housing Autority are two organizations.",
        both=["were merged.", "Last changed by Bo", "You chose “They are different”"],
    )


def disputed_tie(world):
    return RelationshipFactory(
        city=world.city,
        source=world.actor("hall"),
        target=world.actor("club"),
        kind="advises",
        source_answer="disputed",
        source_answered_on=date(2026, 1, 1),
    )


def tie_kept(world):
    tie = disputed_tie(world)
    return Case(
        QUEUE,
        entry("disputed", tie, "keep"),
        entry("disputed", tie, "remove"),
        twice="The tie is kept.",
        both=["The tie is off the map.", "Last changed by Bo", "You chose “Keep the tie”"],
    )


def tie_removed(world):
    tie = disputed_tie(world)
    return Case(
        QUEUE,
        entry("disputed", tie, "remove"),
        entry("disputed", tie, "keep"),
        twice="The tie is off the map.",
        both=["The tie is kept.", "Last changed by Bo", "You chose “Take the tie away”"],
    )


def claim_of_cy(world):
    return StewardFactory(
        actor=world.actor("club"), status="claimed", user__name="Cy", user__email="cy@example.org"
    )


def claim_approved(world):
    claim = claim_of_cy(world)
    return Case(
        QUEUE,
        entry("claim", claim, "approve"),
        entry("claim", claim, "decline"),
        twice="looks after Code Club.",
        both=["The request is declined.", "Last changed by Bo", "You chose “Approve”"],
    )


def claim_declined(world):
    claim = claim_of_cy(world)
    return Case(
        QUEUE,
        entry("claim", claim, "decline"),
        entry("claim", claim, "approve"),
        twice="It is so already, so nothing more was done. The request is declined.",
        both=["looks after Code Club.", "Last changed by Bo", "You chose “Decline”"],
    )


def proposal_for_hall(world):
    hall = world.actor("hall")
    changes = {"website": {"from": "", "to": "https://hall.example.org"}}
    proposal = ProposalFactory(actor=hall, record=hall.pk, changes=changes)
    return proposal, {"version": hall.version}


def proposal_accepted(world):
    proposal, version = proposal_for_hall(world)
    return Case(
        QUEUE,
        entry("proposal", proposal, "accept") | version,
        entry("proposal", proposal, "decline", answer="Not ours."),
        twice="The proposal for City Hall was accepted.",
        both=["was declined. The answer was: “Not ours.”", "by Bo", "You chose “Accept”"],
    )


def proposal_declined(world):
    proposal, version = proposal_for_hall(world)
    return Case(
        QUEUE,
        entry("proposal", proposal, "decline", answer="No such site."),
        entry("proposal", proposal, "accept") | version,
        twice="The answer was: “No such site.”",
        both=["was accepted.", "by Bo", "You chose “Decline”", "You wrote: “No such site.”"],
    )


def proposal_declined_otherwise(world):
    proposal, _version = proposal_for_hall(world)
    sent = entry("proposal", proposal, "decline", answer="No such site.")
    return Case(
        QUEUE,
        sent,
        sent | {"answer": "Not ours."},
        twice="The answer was: “No such site.”",
        both=["The answer was: “Not ours.”", "You wrote: “No such site.”"],
    )


def merge_form(first, second):
    return {"keep": first.slug, "merge": second.slug} | {
        "kept_version": first.version,
        "merged_version": second.version,
    }


def pair_merged(world):
    (first, second), _key = twins(world)
    return Case(
        "/cities/town/merge/",
        merge_form(first, second),
        merge_form(second, first),
        twice="The two are one already: Ana merged them on",
        both=["The two are one already: Bo merged them on"],
        status=302,
    )


def pair_merged_after_an_edit(world):
    (first, second), _key = twins(world)
    sent = merge_form(first, second)
    return Case(
        "/cities/town/merge/",
        sent | {"take-sector": "merged", "take-website": "merged"},
        {"do": "save", "change": "sector:media", "actors": [first.slug]}
        | {f"version-{first.slug}": first.version},
        other_path="/cities/town/actors/change/",
        twice="The two are one already: Ana merged them on",
        both=["nothing was merged", "Media", 'name="take-sector" value="merged" checked'],
    )


def change_undone(world):
    hall = world.actor("hall")
    edited = world.bo.post("/cities/town/actors/change/", many_of(hall, "sector:media"))
    assert edited.status_code == 302
    kind = KINDS["organization"]
    user = CityRole.objects.filter(city=world.city).first().user
    groups = read_groups(groups_of(world.city, user, ALL, convenes=True)[:5])
    last = next(one.last for one in groups if (one.kind, one.record) == (kind, hall.pk))
    path = f"/cities/town/history/organization/{last}/"
    seen = world.ana.get(path).context["plan"].seen
    return Case(
        path,
        {"seen": seen, "reason": "Hers"},
        many_of(Actor.objects.get(pk=hall.pk), "sector:academia"),
        other_path="/cities/town/actors/change/",
        twice="Nothing is left to undo",
        both=["Hers", "Academia", "Media"],
    )


def many_of(actor, change, **more):
    return {"do": "save", "change": change, "actors": [actor.slug]} | {
        f"version-{actor.slug}": actor.version,
        **more,
    }


def many_changed(world):
    hall = world.actor("hall")
    return Case(
        "/cities/town/actors/change/",
        many_of(hall, "sector:media", reason="Her reason"),
        many_of(hall, "sector:academia"),
        twice="Sector becomes “Media”: it is so already, so nothing more was changed.",
        both=["Sector becomes “Media”", "Academia", 'value="Her reason"'],
    )


SUGGESTED = "/cities/town/next-steps/skill/fund/"


def soon(days=30):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def step_taken_up(world):
    sent = {"action": "accept", "assigned_to": "Cy", "due_on": soon()}
    return Case(
        SUGGESTED,
        sent,
        sent | {"assigned_to": "Dee"},
        twice="Cy does it by",
        both=["Dee does it", "Cy"],
    )


def step_declined(world):
    return Case(
        SUGGESTED,
        {"action": "decline", "reason": "Too far away"},
        {"action": "accept", "assigned_to": "Dee", "due_on": soon()},
        twice="Declined. You find it below, with the reason.",
        both=["Dee does it", "Too far away"],
    )


def stored_step(world):
    world.bo.post(SUGGESTED, {"action": "accept", "assigned_to": "Dee", "due_on": soon()})
    return Introduction.objects.get()


def step_done(world):
    one = stored_step(world)
    path = f"/cities/town/next-steps/{one.pk}/"
    return Case(
        path,
        {"action": "finish", "based_on": one.version},
        {"action": "decline", "based_on": one.version, "reason": "They left"},
        twice="Done. Say below what came of it.",
        both=["They left", "Reopen"],
    )


def step_declined_that_is_done(world):
    one = stored_step(world)
    path = f"/cities/town/next-steps/{one.pk}/"
    return Case(
        path,
        {"action": "decline", "based_on": one.version, "reason": "They left"},
        {"action": "finish", "based_on": one.version},
        twice="Declined. You find it below, with the reason.",
        both=["Done", "They left"],
    )


def step_tied(world):
    one = stored_step(world)
    path = f"/cities/town/next-steps/{one.pk}/"
    world.bo.post(path, {"action": "finish", "based_on": one.version})
    sent = {"action": "tie", "other": "hall", "tie": "out:funds", "based_on": one.version + 1}
    return Case(
        path,
        sent,
        sent | {"tie": "out:advises"},
        twice="The tie is recorded and on the map.",
        both=["Somebody else changed this step", "Advises", "funds"],
    )


def question_answered(world):
    asked = "/cities/town/next-steps/question/club/?skill=issue-knowledge"
    world.bo.post(asked, {"action": "accept", "assigned_to": "Dee", "due_on": soon()})
    one = Introduction.objects.get()
    sent = {"action": "answer", "based_on": one.version, "level": "3", "evidence": "Hers"}
    return Case(
        f"/cities/town/next-steps/{one.pk}/",
        sent,
        sent | {"level": "unsaid", "evidence": ""},
        twice="The answer is recorded and on the map.",
        both=["Another answer was recorded meanwhile: “They would rather not say”", "Hers"],
    )


def collaborative_formed(world):
    sent = {"do": "save", "actors": "hall,club", "name": "Round Table", "purpose": "Hers"}
    sent |= {"review_every_months": "6", "issue": "", "decision_rule": "", "backbone": ""}
    return Case(
        "/cities/town/collaboratives/new/",
        sent,
        sent | {"purpose": "His", "actors": "lab,club"},
        twice="Saved: Round Table is formed, with 2 members.",
        both=["Town has a collaborative of this name already", "Hers"],
        status=200,
    )


def snapshot_taken(world):
    return Case(
        "/cities/town/snapshots/",
        {"note": "Before the election"},
        {"note": "For the council"},
        twice="Nothing changed since the last snapshot",
        both=["Its note is “For the council”; yours was not stored: “Before the election”."],
        status=302,
    )


WORKSHOP = "/cities/town/workshop/"


def workshop_entered(world):
    sent = {"action": "organization", "name": "Radio Town", "sector": "media"}
    return Case(
        WORKSHOP,
        sent,
        sent | {"sector": "academia"},
        twice="It was named here already: Radio Town (Media).",
        both=["It was named here already: Radio Town (Academia)."],
        status=302,
    )


def workshop_undone(world):
    sent = {"action": "organization", "name": "Radio Town", "sector": "media"}
    world.bo.post(WORKSHOP, sent)
    [line] = load_entries(world.city, timezone.localdate())
    return Case(
        WORKSHOP,
        {"action": "undo", "entry": line.key, "based_on": line.record.version},
        many_of(line.record, "sector:academia"),
        other_path="/cities/town/actors/change/",
        twice="It was undone already.",
        both=["Somebody else changed Radio Town after this page was opened"],
    )


TABLE = "/cities/town/collaboratives/round-table/"


def filled_in(world, path):
    """The form of a page as a browser would send it back."""
    form = world.ana.get(path).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value is not None}


def charter_edited(world):
    make_table(world.city)
    path = f"{TABLE}edit/"
    sent = filled_in(world, path)
    return Case(
        path,
        sent | {"purpose": "Hers", "reason": "Her reason"},
        sent | {"purpose": "His"},
        twice="All of it is stored already, so nothing was changed.",
        both=[">His</td>", ">Hers</td>", "Her reason"],
    )


def member_added(world):
    make_table(world.city)
    return Case(
        f"{TABLE}members/new/?actor=lab",
        {"function": "Data"},
        {"function": "Host"},
        twice="Data Lab sits at the table of Round Table.",
        both=["Somebody put Data Lab at this table meanwhile", "What it does here: Data."],
        status=302,
    )


def seat_of_hall(world):
    table = make_table(world.city)
    row = table.memberships.get(actor__slug="hall")
    path = f"{TABLE}members/{row.pk}/"
    return path, filled_in(world, path)


def member_changed(world):
    path, sent = seat_of_hall(world)
    return Case(
        path,
        sent | {"function": "Hers"},
        sent | {"function": "His"},
        twice="All of it is stored already, so nothing was changed.",
        both=[">His</td>", ">Hers</td>"],
    )


def member_leaves(world):
    path, sent = seat_of_hall(world)
    today = timezone.localdate()
    return Case(
        path,
        sent | {"until": today.isoformat()},
        sent | {"until": (today - timedelta(days=7)).isoformat()},
        twice="All of it is stored already, so nothing was changed.",
        both=[f">{date_format(today)}</td>", f">{date_format(today - timedelta(days=7))}</td>"],
    )


def member_changed_that_was_a_slip(world):
    path, sent = seat_of_hall(world)
    return Case(
        path,
        sent | {"function": "Hers"},
        {"action": "take_away", "based_on": sent["based_on"]},
        twice="All of it is stored already, so nothing was changed.",
        both=[
            "Somebody took it away meanwhile, so nothing was stored.",
            "What it does here: Hers.",
        ],
        status=302,
    )


def slip_taken_away(world):
    path, sent = seat_of_hall(world)
    return Case(
        path,
        {"action": "take_away", "based_on": sent["based_on"]},
        sent | {"function": "His"},
        twice="It was taken away already, so nothing more was done.",
        both=["Somebody else changed this after you had opened it", 'value="His"'],
    )


def tie_of(world):
    tie = Relationship.objects.get(source__slug="hall", target__slug="lab")
    path = f"/cities/town/ties/{tie.pk}/"
    return path, filled_in(world, path), {"action": "delete", "reason": "Wrong", "based_on": 1}


def tie_deleted(world):
    path, sent, deleting = tie_of(world)
    return Case(
        path,
        deleting,
        sent | {"description": "His"},
        twice="It was taken away already, so nothing more was done.",
        both=["Somebody else changed this after you had opened it", "His"],
    )


def tie_ended(world):
    path, sent, _deleting = tie_of(world)
    ending = {"action": "end", "based_on": sent["based_on"], "ended_on": "2026-03-01"}
    return Case(
        path,
        ending,
        ending | {"ended_on": "2026-01-31"},
        twice="Ended on March 1, 2026 and kept: City Hall",
        both=["Somebody else changed this", "You had entered: March 1, 2026.", "2026-01-31"],
    )


def tie_edited_that_was_deleted(world):
    path, sent, deleting = tie_of(world)
    return Case(
        path,
        sent | {"description": "Hers"},
        deleting,
        twice="All of it is stored already, so nothing was changed.",
        both=["Somebody took it away meanwhile, so nothing was stored.", ": Hers."],
        status=302,
    )


def offer_of_hall(world):
    offer = OfferFactory(actor=world.actor("hall"), description="A room")
    path = f"/cities/town/actors/hall/offers/{offer.pk}/"
    return path, filled_in(world, path)


def offer_taken_away(world):
    path, sent = offer_of_hall(world)
    return Case(
        path,
        {"action": "delete", "based_on": sent["based_on"]},
        sent | {"description": "His room"},
        twice="It was taken away already, so nothing more was done.",
        both=["Somebody else changed this after you had opened it", "His room"],
    )


def offer_edited_that_was_taken_away(world):
    path, sent = offer_of_hall(world)
    return Case(
        path,
        sent | {"description": "Her room"},
        {"action": "delete", "based_on": sent["based_on"]},
        twice="All of it is stored already, so nothing was changed.",
        both=["Somebody took it away meanwhile, so nothing was stored.", ": Her room."],
        status=302,
    )


CASES = (
    role_changed,
    role_changed_that_was_taken,
    role_taken,
    role_given,
    city_started,
    boundary_changed,
    first_actors_added,
    proposed_published,
    proposed_declined,
    record_confirmed,
    dead_end_archived,
    pair_different,
    tie_kept,
    tie_removed,
    claim_approved,
    claim_declined,
    proposal_accepted,
    proposal_declined,
    proposal_declined_otherwise,
    pair_merged,
    pair_merged_after_an_edit,
    change_undone,
    many_changed,
    step_taken_up,
    step_declined,
    step_done,
    step_declined_that_is_done,
    step_tied,
    question_answered,
    collaborative_formed,
    snapshot_taken,
    workshop_entered,
    workshop_undone,
    charter_edited,
    member_added,
    member_changed,
    member_leaves,
    member_changed_that_was_a_slip,
    slip_taken_away,
    tie_deleted,
    tie_ended,
    tie_edited_that_was_deleted,
    offer_taken_away,
    offer_edited_that_was_taken_away,
)

every_page = pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)


def said_by(answer):
    """The page, or the messages that the next page shows."""
    texts = [str(message) for message in get_messages(answer.wsgi_request)]
    page = answer.content.decode() if answer.status_code != 302 else ""
    return unescape(" ".join(" ".join([page, *texts]).split()))


@every_page
def test_form_sent_twice_is_done_once_and_the_page_says_so(make):
    world = World()
    case = make(world)

    first = world.ana.post(case.path, case.sent)
    after_first = everything()
    second = world.ana.post(case.path, case.sent)

    assert (first.status_code, second.status_code) == (302, 302), said_by(first)
    assert everything() == after_first
    assert case.twice in said_by(second)


@every_page
def test_second_writer_sees_both_and_nothing_is_overwritten(make):
    world = World()
    case = make(world)

    first = world.bo.post(case.other_path or case.path, case.other)
    after_first = everything()
    second = world.ana.post(case.path, case.sent)

    assert first.status_code == 302, said_by(first)
    assert second.status_code == case.status
    assert everything() == after_first
    text = said_by(second)
    assert [part for part in case.both if part not in text] == []
