"""Where signing in leads to."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import View

from accounts.rules import is_national
from actors.models import City
from actors.rules import convened_cities


class StartView(LoginRequiredMixin, View):
    """Who convenes one city goes there; who convenes several or none sees all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not is_national(request.user):
            own = list(City.objects.filter(convened_cities(request.user))[:2])
            if len(own) == 1:
                return redirect("city", own[0].slug)
        return redirect("national")
