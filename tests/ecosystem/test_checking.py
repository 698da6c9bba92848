"""The list of things to check, proposals, claims, and what sides say of ties."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.models import Actor, Dismissal, Merge, Proposal, Relationship, Steward
from actors.models.relationship import SideAnswer
from actors.services.claims import answer_tie
from ecosystem.selectors.checking import KINDS, Checked, checked, load_queue, waiting_count
from ecosystem.views.claims import seen_token
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    NeedFactory,
    OtherNameFactory,
    ProposalFactory,
    RelationshipFactory,
    SkillStatementFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _frozen(time_machine):
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston")


@pytest.fixture
def convener(city, client):
    user = CityRoleFactory(city=city, user__name="Connie").user
    client.force_login(user)
    return user


@pytest.fixture
def queue_url(city):
    return reverse("to_check", args=[city.slug])


def fresh(city, name, **more):
    """An actor with nothing to check."""
    defaults = {"confirmed_on": TODAY, "website": f"https://{name.casefold()}.example.org"}
    return ActorFactory(city=city, name=name, **defaults | more)


def make_everything(city):
    """One entry of each kind."""
    alpha, beta = fresh(city, "Alpha Works"), fresh(city, "Beta House")
    ActorFactory(city=city, name="Newcomers", proposed=True)
    ProposalFactory(actor=alpha, record=alpha.pk, proposed_by=UserFactory(name="Pia"))
    StewardFactory(actor=beta, status="claimed", user__name="Carl", user__email="carl@example.org")
    RelationshipFactory(
        city=city,
        source=alpha,
        target=beta,
        source_answer="disputed",
        source_answered_on=TODAY,
    )
    fresh(city, "Housing Authority")
    fresh(city, "Housing Autority")
    fresh(city, "Long Ago", confirmed_on=date(2024, 1, 1))
    fresh(city, "Never Asked", confirmed_on=None)
    fresh(city, "Nowhere", website="")
    # What must not be in the list.
    ActorFactory(city=city, name="Gone", archived=True)
    ActorFactory(name="Elsewhere", proposed=True)
    StewardFactory(actor=alpha)
    RelationshipFactory(
        city=city, source=beta, target=alpha, ended_on=TODAY, source_answer="disputed"
    )
    return alpha, beta


def names_in(client, url):
    return [item.actor.name for item in client.get(url).context["items"]]


def send(client, url, kind, record, action, **more):
    key = str(record) if isinstance(record, str) else str(record.pk)
    data = {"kind": kind, "key": key, "action": action, "version": getattr(record, "version", 0)}
    return client.post(url, data | more)


# ── Freshness ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("confirmed", "stated", "expected"),
    [  # G3, by hand for November 20, 2026
        (None, None, (None, None)),
        (date(2025, 11, 20), None, (date(2025, 11, 20), "fresh")),
        (date(2025, 11, 19), None, (date(2025, 11, 19), "ageing")),
        (None, date(2024, 11, 20), (date(2024, 11, 20), "ageing")),
        (date(2024, 11, 19), date(2020, 1, 1), (date(2024, 11, 19), "stale")),
        (date(2020, 1, 1), date(2026, 1, 1), (date(2026, 1, 1), "fresh")),
    ],
)
def test_g3_freshness_counts_from_the_later_of_both_days(confirmed, stated, expected):
    assert checked(confirmed, stated, TODAY) == Checked(*expected)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


def test_queue_finds_one_of_each_kind(city, convener):
    make_everything(city)

    queue = load_queue(city, convener, TODAY)

    assert queue.counts == dict.fromkeys(KINDS, 1)


def test_waiting_count_counts_what_somebody_waits_for(city, convener):
    assert waiting_count(city, convener) == 0

    make_everything(city)

    assert waiting_count(city, convener) == 4


def test_page_lists_everything_and_one_kind(client, city, convener, queue_url):
    make_everything(city)

    page = client.get(queue_url)

    assert page.status_code == 200
    html = page.content.decode()
    assert "4 entries wait for your answer. 4 more are worth a look." in html
    assert names_in(client, queue_url) == [
        "Newcomers",
        "Alpha Works",
        "Beta House",
        "Alpha Works",
        "Housing Authority",
        "Long Ago",
        "Never Asked",
        "Nowhere",
    ]
    assert names_in(client, f"{queue_url}?kind=stale") == ["Long Ago"]
    assert names_in(client, f"{queue_url}?kind=nonsense&page=x") == names_in(client, queue_url)
    assert "To check (4)" in html


def test_empty_list_says_so(client, city, convener, queue_url):
    fresh(city, "Alpha")

    html = client.get(queue_url).content.decode()

    assert "Nothing to check: everything is confirmed" in html
    assert "To check</a>" in html


def test_names_of_other_names_are_compared(city, convener):
    first = fresh(city, "BHA")
    OtherNameFactory(actor=first, name="Boston Housing Authority")
    second = fresh(city, "Boston Housing Authority")

    pairs = load_queue(city, convener, TODAY).pairs

    assert list(pairs) == [f"{first.pk}-{second.pk}"]


def test_national_records_are_compared_for_national_staff_only(city, convener):
    fresh(city, "Civic Network")
    fresh(None, "Civic Network")

    assert load_queue(city, convener, TODAY).pairs == {}
    assert len(load_queue(city, UserFactory(national=True), TODAY).pairs) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow(client, city, convener, queue_url, count, django_assert_num_queries):
    for number in range(count):
        ActorFactory(city=city, proposed=True, name=f"New {number}" * 3)
        alpha, beta = ActorFactory(city=city), ActorFactory(city=city)
        alpha.name, beta.name = f"Same {number}" * 9, f"Same {number}" * 9
        alpha.save()
        beta.save()
        ProposalFactory(actor=alpha, record=alpha.pk, proposed_by=UserFactory())
        ProposalFactory(
            actor=alpha,
            subject="skill",
            record=SkillStatementFactory(actor=alpha).pk,
            changes={"level": {"from": 2, "to": 3}},
        )
        tie = RelationshipFactory(
            city=city, source=alpha, target=beta, source_answer="disputed", source_answered_on=TODAY
        )
        ProposalFactory(
            actor=alpha, subject="tie", record=tie.pk, changes={"kind": {"from": "", "to": "funds"}}
        )
        StewardFactory(actor=beta, status="claimed")

    with django_assert_num_queries(26):
        assert client.get(queue_url).status_code == 200


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["to_check", "merge", "merges"])
@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("viewer", 403), ("contributor", 403), ("steward", 403), ("elsewhere", 403)],
)
def test_only_conveners_check(client, city, name, who, status):
    user = None
    if who in ("viewer", "contributor"):
        user = CityRoleFactory(city=city, kind=who).user
    elif who == "steward":
        user = StewardFactory(actor__city=city).user
    elif who == "elsewhere":
        user = CityRoleFactory().user
    if user:
        client.force_login(user)
    url = reverse(name, args=[city.slug])

    assert client.get(url).status_code == status
    assert client.post(url, {}).status_code == status
    assert "To check" not in client.get(reverse("city", args=[city.slug])).content.decode()


def test_convener_of_another_city_finds_nothing_here(client, city):
    """Records of another city answer 404, whatever is done to them."""
    make_everything(city)
    other = CityFactory(slug="other")
    client.force_login(CityRoleFactory(city=other).user)
    url = reverse("to_check", args=["other"])
    actor = city.actors.get(name="Newcomers")
    long_ago = city.actors.get(name="Long Ago")
    tie = Relationship.objects.get(ended_on=None)
    proposal, claim = Proposal.objects.get(), Steward.objects.get(status="claimed")
    pair = "-".join(str(one.pk) for one in city.actors.filter(name__startswith="Housing"))

    for kind, record, action in [
        ("proposed", actor, "publish"),
        ("proposed", actor, "decline"),
        ("proposal", proposal, "accept"),
        ("proposal", proposal, "decline"),
        ("claim", claim, "approve"),
        ("claim", claim, "decline"),
        ("disputed", tie, "keep"),
        ("disputed", tie, "remove"),
        ("duplicate", pair, "different"),
        ("stale", long_ago, "confirm"),
        ("dead_end", long_ago, "archive"),
        ("dead_end", long_ago, "fine"),
    ]:
        assert send(client, url, kind, record, action, answer="no").status_code == 404, (
            kind,
            action,
        )
    assert client.get(url).context["total"] == 0
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "stale", "key": "1", "action": "publish"},
        {"kind": "stale", "key": "x", "action": "confirm"},
        {"kind": "stale", "key": "1-2", "action": "confirm"},
        {"kind": "duplicate", "key": "1", "action": "different"},
        {"kind": "stale", "key": "9" * 30, "action": "confirm"},
    ],
)
def test_nonsense_is_refused(client, convener, queue_url, data):
    assert client.post(queue_url, data).status_code == 400


def test_entry_that_is_not_there_answers_404(client, convener, queue_url):
    assert send(client, queue_url, "stale", "987654", "confirm").status_code == 404
    assert send(client, queue_url, "duplicate", "1-987654", "different").status_code == 404


# ── One click each ───────────────────────────────────────────────────────────────────────────────


def test_publish_decline_confirm_archive(client, city, convener, queue_url):
    for kind, action, actor, status in [
        ("proposed", "publish", ActorFactory(city=city, proposed=True), "published"),
        ("proposed", "decline", ActorFactory(city=city, proposed=True), "archived"),
        ("stale", "confirm", fresh(city, "Old", confirmed_on=date(2020, 1, 1)), "published"),
        ("dead_end", "archive", fresh(city, "End", website=""), "archived"),
    ]:
        revision = type(city).objects.get().tie_revision
        for _twice in range(2):  # a second click changes nothing more
            answer = send(client, f"{queue_url}?kind={kind}", kind, actor, action)
            assert (answer.status_code, answer["Location"]) == (302, f"{queue_url}?kind={kind}")
        stored = Actor.objects.get(pk=actor.pk)
        assert (stored.status, stored.version) == (status, actor.version + 1)
        assert type(city).objects.get().tie_revision == revision + 1
        assert stored.history.first().history_user == convener
        assert (stored.confirmed_on == TODAY) == (kind != "proposed")


def test_fine_comes_back_after_a_year_and_two_that_differ_never(
    client, city, convener, queue_url, time_machine
):
    end = fresh(city, "End", website="")
    twins = [fresh(city, "Twin"), fresh(city, "Twin")]
    send(client, queue_url, "dead_end", end, "fine")
    send(client, queue_url, "duplicate", f"{twins[0].pk}-{twins[1].pk}", "different")

    assert load_queue(city, convener, TODAY).counts["dead_end"] == 0
    assert load_queue(city, convener, TODAY).counts["duplicate"] == 0
    time_machine.move_to(TODAY + timedelta(days=366), tick=False)
    counts = load_queue(city, convener, timezone.localdate()).counts
    assert (counts["dead_end"], counts["duplicate"]) == (1, 0)


def test_change_in_between_is_refused_with_what_is_stored(client, city, convener, queue_url):
    actor = ActorFactory(city=city, proposed=True, name="New")
    stale_version = actor.version
    actor.name, actor.version = "Renamed", actor.version + 1
    actor.save()

    answer = send(client, queue_url, "proposed", actor, "publish", version=stale_version)

    assert answer.status_code == 409
    assert "Somebody changed this in the meantime" in answer.content.decode()
    assert "Renamed" in answer.content.decode()
    assert Actor.objects.get().status == "proposed"


def test_disputed_tie_is_kept_until_it_is_disputed_anew(client, city, convener, queue_url):
    make_everything(city)
    tie = Relationship.objects.get(ended_on=None)

    send(client, queue_url, "disputed", tie, "keep")

    assert load_queue(city, convener, TODAY).counts["disputed"] == 0
    assert waiting_count(city, convener) == 3
    tie.refresh_from_db()
    assert tie.source_answer == "disputed"
    answer_tie(tie, tie.target, SideAnswer.DISPUTED)
    assert load_queue(city, convener, TODAY).counts["disputed"] == 1


def test_disputed_tie_is_taken_away_and_kept_in_the_history(client, city, convener, queue_url):
    make_everything(city)
    tie = Relationship.objects.get(ended_on=None)

    answer = send(client, queue_url, "disputed", tie, "remove")

    assert answer.status_code == 302
    assert not Relationship.objects.filter(pk=tie.pk).exists()
    last = Relationship.history.filter(id=tie.pk).first()
    assert (last.history_type, last.history_user) == ("-", convener)
    assert last.history_change_reason == "Disputed by one of its sides"


# ── Proposals ────────────────────────────────────────────────────────────────────────────────────


def test_correction_goes_from_suggestion_to_the_record(client, city, convener, queue_url):
    actor = fresh(city, "Alpha", website="https://old.example.org")
    viewer = CityRoleFactory(city=city, kind="viewer", user__name="Vera").user
    client.force_login(viewer)
    url = reverse("actor_suggest", args=[city.slug, actor.slug])
    assert url in client.get(actor.get_absolute_url()).content.decode()
    sent = {
        "name": "Alpha",
        "sector": actor.sector,
        "website": "https://new.example.org",
        "reason": "I work there.",
    }

    for _twice in range(2):
        answer = client.post(url, sent)
        assert (answer.status_code, answer["Location"]) == (302, reverse("my_proposals"))

    (proposal,) = Proposal.objects.all()
    assert proposal.changes == {
        "website": {"from": "https://old.example.org", "to": "https://new.example.org"}
    }
    assert Actor.objects.get().website == "https://old.example.org"
    assert "Open" in client.get(reverse("my_proposals")).content.decode()
    client.force_login(convener)
    html = client.get(queue_url).content.decode()
    assert "Profile: Vera proposed this" in html
    assert "I work there." in html
    for _twice in range(2):
        answer = send(client, queue_url, "proposal", proposal, "accept", version=actor.version)
        assert answer.status_code == 302
    stored = Actor.objects.get()
    assert (stored.website, stored.version) == ("https://new.example.org", actor.version + 1)
    last = stored.history.first()
    assert last.history_user == convener
    assert last.history_change_reason == f"Proposal {proposal.pk}: I work there."
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("accepted", convener)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "Say how you know, so that somebody can decide on it."),
        ({"website": "javascript:alert(1)"}, "Write a web address"),
        ({"name": ""}, "Write its name."),
        ({}, "Change at least one of the fields"),
    ],
)
def test_correction_that_says_nothing_is_refused(client, city, change, sentence):
    actor = fresh(city, "Alpha")
    client.force_login(CityRoleFactory(city=city, kind="viewer").user)
    sent = {
        "name": "Alpha",
        "sector": actor.sector,
        "website": actor.website,
        "reason": "Seen.",
    }

    answer = client.post(reverse("actor_suggest", args=[city.slug, actor.slug]), sent | change)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Proposal.objects.exists()


def test_correction_needs_a_role(client, city):
    actor = fresh(city, "Alpha")
    url = reverse("actor_suggest", args=[city.slug, actor.slug])

    assert client.get(url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(url).status_code == client.post(url).status_code == 403
    client.force_login(StewardFactory(actor__city=city).user)
    assert client.get(url).status_code == 200
    hidden = ActorFactory(city=city, proposed=True)
    assert client.get(url.replace(actor.slug, hidden.slug)).status_code == 404


def test_conflict_shows_both_and_is_accepted_on_purpose_only(client, city, convener, queue_url):
    actor = fresh(city, "Alpha", website="https://now.example.org")
    proposal = ProposalFactory(
        actor=actor,
        record=actor.pk,
        changes={"website": {"from": "https://then.example.org", "to": "https://new.example.org"}},
    )

    html = client.get(queue_url).content.decode()
    first = send(client, queue_url, "proposal", proposal, "accept", version=actor.version)

    assert "Changed meanwhile; it was “https://then.example.org”." in html
    assert "Accept all the same" in html
    assert first.status_code == 409
    assert Actor.objects.get().website == "https://now.example.org"
    send(client, queue_url, "proposal", proposal, "accept", version=actor.version, despite="1")
    assert Actor.objects.get().website == "https://new.example.org"


def test_declining_needs_an_answer_that_the_proposer_reads(client, city, convener, queue_url):
    actor = fresh(city, "Alpha")
    proposer = CityRoleFactory(city=city, kind="viewer").user
    proposal = ProposalFactory(actor=actor, record=actor.pk, proposed_by=proposer)

    empty = send(client, queue_url, "proposal", proposal, "decline", answer=" ")
    done = send(client, queue_url, "proposal", proposal, "decline", answer="Not ours to say.")
    late = send(client, queue_url, "proposal", proposal, "accept", version=actor.version)

    assert (empty.status_code, done.status_code, late.status_code) == (422, 302, 409)
    assert "Say why you decline it" in empty.content.decode()
    client.force_login(proposer)
    mine = client.get(reverse("my_proposals")).content.decode()
    assert "Not ours to say." in mine
    assert "Declined" in mine
    client.force_login(UserFactory())
    assert "Not ours to say." not in client.get(reverse("my_proposals")).content.decode()


# ── Claims ───────────────────────────────────────────────────────────────────────────────────────


def test_claim_gives_nothing_until_it_is_approved(client, city, convener, queue_url):
    actor = fresh(city, "Alpha")
    person = UserFactory(name="Carl")
    client.force_login(person)
    url = reverse("actor_claim", args=[city.slug, actor.slug])
    assert url in client.get(actor.get_absolute_url()).content.decode()

    for _twice in range(2):
        assert client.post(url).status_code == 302

    claim = Steward.objects.get()
    assert (claim.user, claim.status) == (person, "claimed")
    page = client.get(actor.get_absolute_url()).content.decode()
    assert "You asked to look after this record." in page
    assert client.get(reverse("actor_edit", args=[city.slug, actor.slug])).status_code == 403
    client.force_login(convener)
    assert f"Carl ({person.email}) asks to look after this record." in (
        client.get(queue_url).content.decode()
    )
    send(client, queue_url, "claim", claim, "approve")
    claim.refresh_from_db()
    assert (claim.status, claim.approved_by) == ("approved", convener)
    client.force_login(person)
    assert client.get(reverse("actor_edit", args=[city.slug, actor.slug])).status_code == 200


def test_claim_of_a_record_that_is_looked_after_is_refused(client, city):
    actor = StewardFactory(actor__city=city).actor
    client.force_login(UserFactory())

    page = client.get(actor.get_absolute_url()).content.decode()
    answer = client.post(reverse("actor_claim", args=[city.slug, actor.slug]), follow=True)

    assert "This is us" not in page
    assert "Somebody looks after this record already." in answer.content.decode()
    assert Steward.objects.count() == 1


def test_claim_is_declined(client, city, convener, queue_url):
    claim = StewardFactory(actor__city=city, status="claimed")

    for _twice in range(1):
        assert send(client, queue_url, "claim", claim, "decline").status_code == 302

    assert not Steward.objects.exists()


def test_nobody_anonymous_claims_or_sees_buttons(client, city):
    actor = fresh(city, "Alpha")
    url = reverse("actor_claim", args=[city.slug, actor.slug])

    assert client.get(url).status_code == client.post(url).status_code == 302
    page = client.get(actor.get_absolute_url()).content.decode()
    for word in ("This is us", "Suggest a correction", "Confirm your ties"):
        assert word not in page
    assert not Steward.objects.exists()


# ── What the sides of a tie say ──────────────────────────────────────────────────────────────────


@pytest.fixture
def sides(city):
    """A tie, with a steward for each side."""
    tie = RelationshipFactory(city=city, description="Shared ovens")
    return tie, StewardFactory(actor=tie.source).user, StewardFactory(actor=tie.target).user


def answers_url(city, actor):
    return reverse("actor_tie_answers", args=[city.slug, actor.slug])


@pytest.mark.parametrize("end", ["source", "target"])
def test_each_side_answers_for_itself_and_the_other_never_learns(client, city, sides, end):
    tie, first, second = sides
    own, other = (first, second) if end == "source" else (second, first)
    mine = getattr(tie, end)
    theirs = tie.target if end == "source" else tie.source
    url = answers_url(city, mine)
    pages = (
        answers_url(city, theirs),
        theirs.get_absolute_url(),
        mine.get_absolute_url(),
        reverse("map_data", args=[city.slug]),
        reverse("actor_list", args=[city.slug]),
        reverse("city", args=[city.slug]),
    )
    viewers = [other, CityRoleFactory(city=city, kind="contributor").user, None]

    def seen_by_others():
        texts = []
        for viewer in viewers:
            client.logout()
            if viewer:
                client.force_login(viewer)
            texts += [without_counters(client.get(page).content.decode()) for page in pages]
        return texts

    before = seen_by_others()
    client.force_login(own)
    assert url in client.get(mine.get_absolute_url()).content.decode()

    answer = client.post(url, {"tie": tie.pk, "seen": seen_token(tie), "answer": "disputed"})

    assert answer.status_code == 302
    stored = Relationship.objects.get()
    said = {"source": "", "target": ""} | {end: "disputed"}
    assert (stored.source_answer, stored.target_answer) == (said["source"], said["target"])
    assert getattr(stored, f"{end}_answered_on") == TODAY
    assert "it is not so." in client.get(url).content.decode()
    # The other side, a colleague of the city and everybody else see every page as it was.
    assert seen_by_others() == before
    client.force_login(CityRoleFactory(city=city).user)
    assert f"{mine.name} said on" in (
        client.get(reverse("to_check", args=[city.slug])).content.decode()
    )


def without_counters(text):
    """A page without tokens against forgery, and without the numbers of revisions."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(r'"(version|revision|etag)":\s*"?[^",}]+"?', "", text)


def test_answer_of_the_other_side_stops_nobody(client, city, sides):
    """A refusal would tell that the other side has said something."""
    tie, first, second = sides
    seen = seen_token(tie)
    for user, side in ((first, tie.source), (second, tie.target)):
        client.force_login(user)
        answer = client.post(
            answers_url(city, side), {"tie": tie.pk, "seen": seen, "answer": "disputed"}
        )
        assert answer.status_code == 302

    tie.refresh_from_db()
    assert (tie.source_answer, tie.target_answer) == ("disputed", "disputed")


def test_only_a_steward_speaks_for_a_side(client, city, sides):
    tie, first, _second = sides

    for user in (None, CityRoleFactory(city=city).user, first, UserFactory(national=True)):
        client.logout()
        if user:
            client.force_login(user)
        url = answers_url(city, tie.target)
        sent = {"tie": tie.pk, "seen": seen_token(tie), "answer": "confirmed"}
        assert client.post(url, sent).status_code == (403 if user else 302)
    assert Relationship.objects.get().target_answer == ""


def test_answer_is_taken_back_and_foreign_ties_are_not_found(client, city, sides):
    tie, first, _second = sides
    client.force_login(first)
    url = answers_url(city, tie.source)
    foreign = RelationshipFactory(city=city)
    RelationshipFactory(city=city, source=tie.source, target=ActorFactory(city=city, proposed=True))

    client.post(url, {"tie": tie.pk, "seen": seen_token(tie), "answer": "confirmed"})
    tie.refresh_from_db()
    assert tie.source_answer == "confirmed"
    assert client.post(url, {"tie": tie.pk, "seen": seen_token(tie)}).status_code == 302
    tie.refresh_from_db()
    assert (tie.source_answer, tie.source_answered_on) == ("", None)
    for number in (foreign.pk, "x", ""):
        sent = {"tie": number, "seen": "x", "answer": "confirmed"}
        assert client.post(url, sent).status_code == 404
    assert client.post(url, {"tie": tie.pk, "answer": "perhaps"}).status_code == 400


def test_answer_about_a_tie_that_was_changed_is_refused(client, city, sides):
    tie, first, _second = sides
    client.force_login(first)
    seen = seen_token(tie)
    tie.description = "Shared lawyers"
    tie.save()

    answer = client.post(
        answers_url(city, tie.source), {"tie": tie.pk, "seen": seen, "answer": "confirmed"}
    )

    assert answer.status_code == 409
    assert "Shared lawyers" in answer.content.decode()
    assert Relationship.objects.get().source_answer == ""


# ── Merging ──────────────────────────────────────────────────────────────────────────────────────


def merge_url(city, kept, merged):
    return f"{reverse('merge', args=[city.slug])}?keep={kept.slug}&merge={merged.slug}"


def test_merge_and_undo_by_the_pages(client, city, convener, queue_url):
    kept = fresh(city, "Housing Authority", website="")
    merged = fresh(city, "Housing Autority")
    NeedFactory(actor=merged)
    old_address = merged.get_absolute_url()
    queue = client.get(f"{queue_url}?kind=duplicate")
    link = f"{reverse('merge', args=['boston'])}?keep={kept.slug}&amp;merge={merged.slug}"
    assert link in queue.content.decode()
    page = client.get(merge_url(city, kept, merged))
    assert "Needs: <b>1</b>" in page.content.decode()
    # What one record alone says is taken, unless the convener chooses otherwise.
    assert re.search(r'name="take-website" value="merged" checked', page.content.decode())

    answer = client.post(
        reverse("merge", args=["boston"]),
        {
            "keep": kept.slug,
            "merge": merged.slug,
            "kept_version": kept.version,
            "merged_version": merged.version,
            "take-website": "merged",
        },
    )

    done = Merge.objects.get()
    here = reverse("merged", args=["boston", done.pk])
    assert (answer.status_code, answer["Location"]) == (302, here)
    moved = client.get(old_address)
    assert (moved.status_code, moved["Location"]) == (301, kept.get_absolute_url())
    assert "Also known as" in client.get(kept.get_absolute_url()).content.decode()
    assert "Undo the merge" in client.get(here).content.decode()
    assert client.get(merge_url(city, kept, merged))["Location"] == here
    for _twice in range(2):
        assert client.post(here).status_code == 302
    assert client.get(old_address).status_code == 200
    assert "This merge was undone" in client.get(here).content.decode()
    listed = client.get(reverse("merges", args=["boston"])).content.decode()
    assert "Housing Autority" in listed


def test_merge_that_cannot_be_undone_says_why(client, city, convener):
    kept, merged = fresh(city, "One"), fresh(city, "Two")
    tie = RelationshipFactory(city=city, source=merged)
    data = {"keep": kept.slug, "merge": merged.slug, "kept_version": 1, "merged_version": 1}
    client.post(reverse("merge", args=["boston"]), data)
    Relationship.objects.get(pk=tie.pk).delete()

    answer = client.post(reverse("merged", args=["boston", Merge.objects.get().pk]))

    assert answer.status_code == 409
    assert "A record that the merge moved is gone" in answer.content.decode()


def test_merge_refuses_what_makes_no_sense(client, city, convener):
    kept, merged = fresh(city, "One"), fresh(city, "Two")
    elsewhere, national = fresh(CityFactory(), "Away"), fresh(None, "Nation")
    url = reverse("merge", args=["boston"])
    data = {"keep": kept.slug, "merge": merged.slug, "kept_version": 1, "merged_version": 1}

    assert client.post(url, data | {"kept_version": 9}).status_code == 409
    assert client.post(url, data | {"take-name": "both"}).status_code == 400
    assert client.post(url, data | {"merge": kept.slug}).status_code == 422
    for other in (elsewhere, national):
        assert client.post(url, data | {"merge": other.slug}).status_code == 404
        assert client.get(merge_url(city, kept, other)).status_code == 404
    assert client.get(url).status_code == 404
    assert not Merge.objects.exists()
    foreign = Merge.objects.create(kept=elsewhere, merged=national, city=elsewhere.city)
    assert client.get(reverse("merged", args=["boston", foreign.pk])).status_code == 404
    assert client.post(reverse("merged", args=["boston", foreign.pk])).status_code == 404
