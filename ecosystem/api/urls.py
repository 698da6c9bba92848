from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from ecosystem.api import actors, compare, views

urlpatterns = [
    path("cities/<slug:city>/gaps/", views.CityGapsView.as_view(), name="api_city_gaps"),
    path(
        "collaboratives/<slug:collaborative>/gaps/",
        views.CollaborativeGapsView.as_view(),
        name="api_collaborative_gaps",
    ),
    path("actors/<slug:actor>/", actors.ActorView.as_view(), name="api_actor"),
    path("compare/", compare.CompareView.as_view(), name="api_compare"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
]
