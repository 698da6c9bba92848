import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from tests import kept
from tests.racing import threads_write  # noqa: F401  # a fixture for every folder


@pytest.fixture(scope="session", autouse=True)
def quick_settings():
    """Passwords hashed quickly; static files under their own names, found without collecting."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {
                "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            },
        },
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test that is no single transaction, the database is as it was when it was made."""
    if connection.vendor != "sqlite":
        yield
        return
    with django_db_blocker.unblock():
        kept.keep("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: kept.restore("new"))
        yield


@pytest.fixture(autouse=True)
def english():
    """Each test starts in English: a page asked for in Spanish leaves its thread speaking it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
