from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborativesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "collaboratives"
    verbose_name = _("Collaboratives")
