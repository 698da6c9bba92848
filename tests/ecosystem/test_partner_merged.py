"""The personal link of a record that was merged, archived or erased."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from actors.models import Actor, Invitation
from actors.services.checking import archive_actor
from actors.services.links import make_link
from actors.services.merging import merge, part_again
from tests.ecosystem.test_partner_page import TOKEN_FIELD, opened
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    InvitationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOTHING = "This link does not open anything"


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def campaign(city):
    return CampaignFactory(city=city)


@pytest.fixture
def kept(city):
    return ActorFactory(city=city, name="Data Kitchen", description="Cooks data.")


@pytest.fixture
def merged(city):
    return ActorFactory(city=city, name="Kitchen of Data", description="Old words.")


def invite(actor, campaign, email="ann@example.org"):
    return InvitationFactory(actor=actor, campaign=campaign, email=email)


def make_one(kept, merged):
    return merge(kept, merged, by=UserFactory(), city=kept.city)


@pytest.mark.parametrize("both_invited", [False, True], ids=["alone", "both by one address"])
@pytest.mark.parametrize("first", ["merged", "opened"])
def test_link_leads_to_the_kept_record_and_back(kept, merged, campaign, both_invited, first):
    """With the address invited to both, the invitation can't move: the link follows the merge."""
    invitation = invite(merged, campaign)
    if both_invited:
        invite(kept, campaign)
    if first == "merged":
        path = make_link(invitation)
        done = make_one(kept, merged)
        browser = Client()
        assertContains(browser.get(path, follow=True), "Continue")
        browser.post("/p/continue/")
    else:
        browser = opened(invitation)
        assertContains(browser.get("/p/"), "Old words.")
        done = make_one(kept, merged)

    page = browser.get("/p/")
    assertContains(page, "Cooks data.")
    assertNotContains(page, "Old words.")
    about = {"description": "Cooks well.", "based_on": Actor.objects.get(pk=kept.pk).version}
    assertRedirects(browser.post("/p/about/", about), "/p/kind/")
    assert Actor.objects.get(pk=kept.pk).description == "Cooks well."
    assert Actor.objects.get(pk=merged.pk).description == "Old words."
    browser.post("/p/check/")
    assert Invitation.objects.get(pk=invitation.pk).answered_at is not None

    part_again(done)

    assertContains(browser.get("/p/"), "Old words.")
    assert Invitation.objects.get(pk=invitation.pk).actor == merged


def test_link_follows_one_merge_after_the_other(kept, merged, campaign, city):
    invitation = invite(merged, campaign)
    last = ActorFactory(city=city, name="Last of all")
    for actor in (kept, last):
        invite(actor, campaign)
    browser = opened(invitation)
    make_one(kept, merged)
    make_one(last, kept)

    assertContains(browser.get("/p/"), "Last of all")


def test_form_that_was_open_while_its_record_was_merged_is_not_saved(kept, merged, campaign):
    browser = opened(invite(merged, campaign))
    make_one(kept, merged)

    sent = {"description": "Words.", "based_on": merged.version, "whose": merged.pk}
    answer = browser.post("/p/about/", sent, follow=True)

    assertContains(answer, "meanwhile your record was made one with the one shown here")
    assert Actor.objects.get(pk=kept.pk).description == "Cooks data."


@pytest.mark.parametrize("whose", ["", "9" * 40, "x", "-1"])
def test_form_of_nobody_is_not_saved(kept, campaign, whose):
    browser = opened(invite(kept, campaign))

    answer = browser.post("/p/about/", {"description": "Words.", "whose": whose}, follow=True)

    assertContains(answer, "in this browser you have since opened the link of another")


def test_link_of_what_is_off_the_map_gets_the_one_answer(kept, merged, campaign, city):
    """Archived, merged into one that is archived, erased: each before and after it was opened."""
    gone = [ActorFactory(city=city, name="Canary") for _one in range(2)]
    actors = [merged, *gone]
    paths = [make_link(invite(actor, campaign)) for actor in actors]
    inside = [opened(invite(actor, campaign, "bob@example.org")) for actor in actors]
    make_one(kept, merged)
    for actor in (kept, gone[0]):
        archive_actor(actor, based_on=Actor.objects.get(pk=actor.pk).version)
    gone[1].delete()

    answers = [Client().get(path, follow=True) for path in (*paths, "/p/mangled/")]
    answers += [browser.get(path) for browser in inside for path in ("/p/", "/p/about/")]
    answers += [browser.post("/p/confirm/") for browser in inside]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {TOKEN_FIELD.sub("", answer.content.decode()) for answer in answers}
    # The way to the page, as the header's language switch keeps it, is all that differs.
    assert all(NOTHING in body and "Canary" not in body for body in bodies)
