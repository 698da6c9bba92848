import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation

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


@pytest.fixture(autouse=True)
def english():
    """Each test starts in English: a page asked for in Spanish leaves its thread speaking it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
