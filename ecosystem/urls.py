from django.contrib import admin
from django.urls import include, path

from ecosystem import health
from ecosystem.views import (
    city,
    collaboratives,
    directory,
    gaps,
    map_files,
    method,
    national,
    network,
    profile,
)

city_pages = [
    path("", city.CityView.as_view(), name="city"),
    path("map/", network.MapView.as_view(), name="map"),
    path("map.svg", map_files.MapImageView.as_view(), name="map_image"),
    path("map.json", map_files.MapDataView.as_view(), name="map_data"),
    path("places.json", map_files.PlacesDataView.as_view(), name="places_data"),
    path("map/sheet/", map_files.MapSheetView.as_view(), name="map_sheet"),
    path("embed/", map_files.EmbedView.as_view(), name="embed"),
    path("embed/map.json", map_files.EmbedDataView.as_view(), name="embed_data"),
    path("embed/map.svg", map_files.EmbedImageView.as_view(), name="embed_image"),
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
    path(
        "collaboratives/<slug:collaborative>/gaps/",
        gaps.CollaborativeGapsView.as_view(),
        name="collaborative_gaps",
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
