"""Long names and large letters never make a page wider than its window."""

import pytest

from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

LARGE_LETTERS = "document.documentElement.style.fontSize = '200%'"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

LARGE = [
    "/",
    "/method/",
    "/actors/code-for-america/",
    "/cities/boston/",
    "/cities/boston/actors/",
    "/cities/boston/actors/mapc/",
    "/cities/boston/collaboratives/",
    "/cities/boston/collaboratives/ctdc-boston/",
    "/cities/boston/collaboratives/ctdc-boston/gaps/",
    "/cities/washington-dc/gaps/",
    "/cities/boston/map/",
    "/cities/boston/map/?actor=mapc",
    "/cities/boston/map/?view=places",
    "/cities/boston/map/?view=matrix",
    "/cities/boston/map/sheet/",
    "/cities/boston/embed/",
]


@pytest.fixture
def long_names(transactional_db):
    city = CityFactory(slug="long", name="C" * 200)
    table = CollaborativeFactory(city=city, slug="table", name="T" * 200)
    member, broker, holder = (
        ActorFactory(city=city, slug=slug, name=slug[0] * 300)
        for slug in ("member", "broker", "holder")
    )
    MembershipFactory(collaborative=table, actor=member)
    RelationshipFactory(city=city, source=member, target=broker)
    RelationshipFactory(city=city, source=broker, target=holder)
    SkillStatementFactory(actor=holder, competency="coding", level=3)


def too_wide(window, addresses, before=""):
    """Pixels by which pages are wider than the window."""
    found = {}
    for address in addresses:
        window.goto(address, timeout=60_000)
        if before:
            window.evaluate(before)
        if pixels := window.evaluate(TOO_WIDE):
            found[address] = pixels
    return found


@pytest.mark.parametrize("window", ["page", "phone"])
@pytest.mark.usefixtures("long_names")
def test_long_names_are_broken(window, request):
    window = request.getfixturevalue(window)
    pages = ["", "map/", "map/sheet/", "actors/", "actors/member/", "gaps/"]
    pages += ["collaboratives/", "collaboratives/table/", "collaboratives/table/gaps/"]

    assert too_wide(window, [f"/cities/long/{page}" for page in pages]) == {}


@pytest.mark.usefixtures("reference_cities")
def test_letters_of_twice_the_size_fit_a_phone(phone):
    assert too_wide(phone, LARGE, before=LARGE_LETTERS) == {}


@pytest.mark.usefixtures("reference_cities")
def test_a_matrix_fits_its_column_on_a_wide_screen(page):
    page.goto("/cities/boston/map/?view=matrix")

    found = page.locator(".matrix-scroll").evaluate_all(
        "all => all.map(one => one.scrollWidth - one.clientWidth)"
    )

    assert found == [0, 0]
