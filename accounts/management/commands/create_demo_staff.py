import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User

DEMO_EMAIL = "staff@example.org"


class Command(BaseCommand):
    help = "Makes the demo administrator of a development machine, and prints the password once."

    def handle(self, **options) -> None:
        if not settings.DEBUG:
            raise CommandError("A demo administrator is made in debug only. Use createsuperuser.")
        if User.objects.filter(email=DEMO_EMAIL).exists():
            return
        password = secrets.token_urlsafe(12)
        User.objects.create_superuser(DEMO_EMAIL, password, name="Demo staff")
        self.stdout.write(
            f"Sign in at /account/login/ as {DEMO_EMAIL} "
            f"with the password {password}, shown only now."
        )
