from django.contrib import admin
from django.urls import include, path

from ecosystem import health
from ecosystem.views import (
    city,
    collaboratives,
    directory,
    gaps,
    method,
    national,
    network,
    profile,
)

city_pages = [
    path("", city.CityView.as_view(), name="city"),
    path("map/", network.MapView.as_view(), name="map"),
    path("map.svg", network.MapImageView.as_view(), name="map_image"),
    path("gaps/", gaps.GapsView.as_view(), name="gaps"),
    path("actors/", directory.ActorListView.as_view(), name="actor_list"),
    path("actors/<slug:actor>/", profile.ActorView.as_view(), name="actor"),
    path(
        "collaboratives/",
        collaboratives.CollaborativeListView.as_view(),
        name="collaborative_list",
    ),
    path(
        "collaboratives/<slug:collaborative>/",
        collaboratives.CollaborativeView.as_view(),
        name="collaborative",
    ),
]

urlpatterns = [
    path("", national.NationalView.as_view(), name="national"),
    path("method/", method.MethodView.as_view(), name="method"),
    path("actors/<slug:actor>/", profile.NationalActorView.as_view(), name="national_actor"),
    path("cities/<slug:city>/", include(city_pages)),
    path("api/v1/", include("ecosystem.api.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
]
