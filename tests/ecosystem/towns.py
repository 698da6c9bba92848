"""Small made-up cities whose findings can be told by hand."""

from datetime import date

from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

DAY = date(2018, 6, 30)


def make_town():
    """City Hall, Data Lab and Code Club are at home; Big Fund works here from elsewhere.

    Everybody works with Data Lab and with nobody else. Coding is covered by City Hall and Data
    Lab, sharing data hangs on Data Lab, Code Club learns design, all three said they cannot raise
    funds, which Big Fund can, and City Hall alone was asked about the issue.
    """
    city = CityFactory(slug="town", name="Town", state="", map_date=DAY)
    hall = ActorFactory(city=city, slug="hall", name="City Hall", sector="government")
    lab = ActorFactory(city=city, slug="lab", name="Data Lab", sector="data_intermediary")
    club = ActorFactory(city=city, slug="club", name="Code Club", sector="civic_technologist")
    fund = ActorFactory(city=None, slug="fund", name="Big Fund", sector="philanthropy")
    for other in (hall, club, fund):
        RelationshipFactory(city=city, source=other, target=lab)
    for actor, competency, level in (
        (hall, "coding", 2),
        (lab, "coding", 3),
        (lab, "data-collection-sharing", 2),
        (club, "user-centered-design", 1),
        (hall, "fundraising", 0),
        (lab, "fundraising", 0),
        (club, "fundraising", 0),
        (fund, "fundraising", 2),
        (hall, "issue-knowledge", 0),
    ):
        SkillStatementFactory(actor=actor, competency=competency, level=level, confirmed_on=DAY)
    return city


def make_table(city):
    """A collaborative of City Hall and Code Club in the town."""
    members = list(city.actors.filter(slug__in=["hall", "club"]).order_by("slug"))
    return CollaborativeFactory(city=city, slug="round-table", name="Round Table", members=members)
