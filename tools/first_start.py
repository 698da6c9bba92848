"""What ./dev run does to the database before the server starts; the second time, nearly nothing.

One process for all of it, because every start of Django costs a second or two.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings")


def main() -> None:
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    from actors.models import City

    print("Bringing the database up to date …", flush=True)
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not City.objects.exists():
            print("Loading the reference cities …", flush=True)
            call_command("load_reference")
        call_command("create_demo_staff")
    except CommandError as problem:
        sys.exit(str(problem))
    if said := about_mail():
        print(said, flush=True)


def about_mail() -> str:
    """Where the mails of a development server are shown; "" when they are really sent."""
    from django.conf import settings

    keeps = settings.EMAIL_BACKEND == "ecosystem.common.mail.KeepingBackend"
    return f"No mail is sent: look at {settings.SITE_URL}/outbox/" if keeps else ""


if __name__ == "__main__":
    main()
