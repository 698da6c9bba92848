"""The made-up town, and those who change its map."""

import pytest

from tests.ecosystem.towns import make_town
from tests.factories import CityRoleFactory


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def convener(client, town):
    """Signed in."""
    user = CityRoleFactory(city=town).user
    client.force_login(user)
    return user


@pytest.fixture
def contributor(client, town):
    """Signed in."""
    user = CityRoleFactory(city=town, kind="contributor").user
    client.force_login(user)
    return user
