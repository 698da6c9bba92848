"""The pages of the product, and an empty one to compare them with."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from ecosystem.urls import urlpatterns as pages

EMPTY = engines["django"].from_string("<!doctype html><title>{{ title }}</title>")


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(EMPTY.render({"title": "Empty"}, request))


urlpatterns = [path("bench/empty/", empty), *pages]
