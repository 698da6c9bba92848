from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from ecosystem import health
from ecosystem.views import (
    campaigns,
    campaigns_people,
    checking,
    city,
    claims,
    collaboratives,
    compare,
    directory,
    erasing,
    forming,
    gaps,
    handover,
    history,
    map_files,
    merging,
    method,
    national,
    network,
    next_steps,
    outbox,
    peers,
    people,
    profile,
    setup,
    snapshots,
    solutions,
    start,
    what_if,
    workshop,
)
from ecosystem.views.editing import actors as editing_actors
from ecosystem.views.editing import collaboratives as editing_collaboratives
from ecosystem.views.editing import many as editing_many
from ecosystem.views.editing import parts as editing_parts
from ecosystem.views.editing import skills as editing_skills
from ecosystem.views.editing import ties as editing_ties
from ecosystem.views.partner import links as partner_links
from ecosystem.views.partner import no_mail as partner_no_mail
from ecosystem.views.partner import screens as partner_screens
from ecosystem.views.partner import start as partner_start
from ecosystem.views.partner import ties as partner_ties


def shared_pages(prefix: str = "") -> list[URLPattern | URLResolver]:
    """Pages that a city has for its organizations, and the country for those of no city."""
    of_actor = [
        path("suggest/", checking.SuggestView.as_view(), name=f"{prefix}actor_suggest"),
        path("claim/", claims.ClaimView.as_view(), name=f"{prefix}actor_claim"),
        path("answers/", claims.TieAnswersView.as_view(), name=f"{prefix}actor_tie_answers"),
        path("edit/", editing_actors.EditActorView.as_view(), name=f"{prefix}actor_edit"),
        path("skills/", editing_skills.SkillsView.as_view(), name=f"{prefix}actor_skills"),
    ]
    for part, view in (
        ("contacts", editing_parts.ContactsView),
        ("offers", editing_parts.OffersView),
        ("needs", editing_parts.NeedsView),
    ):
        name = f"{prefix}actor_{part}"
        of_actor += [
            path(f"{part}/", view.as_view(), name=name),
            path(f"{part}/<int:row>/", view.as_view(), name=name),
        ]
    return [
        path("to-check/", checking.ToCheckView.as_view(), name=f"{prefix}to_check"),
        path("merge/", merging.MergeView.as_view(), name=f"{prefix}merge"),
        path("merges/", merging.MergeListView.as_view(), name=f"{prefix}merges"),
        path("merges/<int:merge>/", merging.MergedView.as_view(), name=f"{prefix}merged"),
        path("history/person/", history.UndoPersonView.as_view(), name=f"{prefix}history_person"),
        path(
            "history/<slug:kind>/<int:row>/",
            history.UndoChangeView.as_view(),
            name=f"{prefix}history_change",
        ),
        path("actors/new/", editing_actors.NewActorView.as_view(), name=f"{prefix}actor_new"),
        path(
            "actors/similar/", editing_actors.SimilarView.as_view(), name=f"{prefix}actor_similar"
        ),
        path("actors/<slug:actor>/", include(of_actor)),
    ]


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
    path("campaigns/", campaigns.CampaignListView.as_view(), name="campaigns"),
    path("campaigns/new/", campaigns.NewCampaignView.as_view(), name="campaign_new"),
    path("campaigns/<int:campaign>/", campaigns.CampaignView.as_view(), name="campaign"),
    path(
        "campaigns/<int:campaign>/message/",
        campaigns.EditCampaignView.as_view(),
        name="campaign_message",
    ),
    path(
        "campaigns/<int:campaign>/people/",
        campaigns_people.PeopleView.as_view(),
        name="campaign_people",
    ),
    path("gaps/", gaps.GapsView.as_view(), name="gaps"),
    path("peers/", peers.PeersView.as_view(), name="peers"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("setup/", setup.SetupView.as_view(), name="city_setup"),
    path("setup/<slug:step>/", setup.SetupStepView.as_view(), name="city_setup_step"),
    path("workshop/", workshop.WorkshopView.as_view(), name="workshop"),
    path("workshop/sheet/", workshop.SheetView.as_view(), name="workshop_sheet"),
    path("handover/", handover.HandoverView.as_view(), name="handover"),
    path("next-steps/", next_steps.NextStepsView.as_view(), name="next_steps"),
    path("next-steps/<int:step>/", next_steps.StepView.as_view(), name="next_step"),
    path(
        "next-steps/<slug:kind>/<slug:target>/",
        next_steps.SuggestedStepView.as_view(),
        name="suggested_step",
    ),
    path("what-if/", what_if.WhatIfView.as_view(), name="what_if"),
    path("snapshots/", snapshots.SnapshotListView.as_view(), name="snapshots"),
    path("snapshots/compare/", snapshots.ChangeView.as_view(), name="snapshot_change"),
    path("history/", history.HistoryView.as_view(), name="history"),
    path("actors/", directory.ActorListView.as_view(), name="actor_list"),
    path("actors/change/", editing_many.ManyView.as_view(), name="actors_change"),
    path("actors/off-map/", editing_many.OffMapView.as_view(), name="actors_off_map"),
    *shared_pages(),
    path("actors/<slug:actor>/", profile.ActorView.as_view(), name="actor"),
    path("ties/new/", editing_ties.NewTieView.as_view(), name="tie_new"),
    path("ties/<int:tie>/", editing_ties.EditTieView.as_view(), name="tie_edit"),
    path(
        "collaboratives/",
        collaboratives.CollaborativeListView.as_view(),
        name="collaborative_list",
    ),
    path("collaboratives/new/", forming.FormView.as_view(), name="collaborative_new"),
    path(
        "collaboratives/new/from-map/",
        forming.FormFromMapView.as_view(),
        name="collaborative_from_map",
    ),
    path(
        "collaboratives/<slug:collaborative>/",
        collaboratives.CollaborativeView.as_view(),
        name="collaborative",
    ),
    path(
        "collaboratives/<slug:collaborative>/edit/",
        editing_collaboratives.EditCollaborativeView.as_view(),
        name="collaborative_edit",
    ),
    path(
        "collaboratives/<slug:collaborative>/members/",
        editing_collaboratives.MembersView.as_view(),
        name="collaborative_members",
    ),
    path(
        "collaboratives/<slug:collaborative>/members/new/",
        editing_collaboratives.NewMemberView.as_view(),
        name="collaborative_member_new",
    ),
    path(
        "collaboratives/<slug:collaborative>/members/<int:row>/",
        editing_collaboratives.MemberView.as_view(),
        name="collaborative_member",
    ),
    path(
        "collaboratives/<slug:collaborative>/gaps/",
        gaps.CollaborativeGapsView.as_view(),
        name="collaborative_gaps",
    ),
    path(
        "collaboratives/<slug:collaborative>/next-steps/",
        next_steps.NextStepsView.as_view(),
        name="collaborative_next_steps",
    ),
    path(
        "collaboratives/<slug:collaborative>/what-if/",
        what_if.CollaborativeWhatIfView.as_view(),
        name="collaborative_what_if",
    ),
]

partner_pages = [
    path("", partner_start.PartnerView.as_view(), name="partner"),
    path("continue/", partner_links.ContinueView.as_view(), name="partner_continue"),
    path("new-link/", partner_links.NewLinkView.as_view(), name="partner_new_link"),
    path("new-link/sent/", partner_links.NewLinkSentView.as_view(), name="partner_new_link_sent"),
    path("confirm/", partner_start.ConfirmView.as_view(), name="partner_confirm"),
    path("change/", partner_start.MenuView.as_view(), name="partner_menu"),
    path("about/", partner_screens.AboutScreen.as_view(), name="partner_about"),
    path("place/", partner_screens.PlaceScreen.as_view(), name="partner_place"),
    path("kind/", partner_screens.KindScreen.as_view(), name="partner_kind"),
    path("skills/<slug:area>/", partner_screens.SkillsScreen.as_view(), name="partner_skills"),
    path("ties/", partner_screens.TiesScreen.as_view(), name="partner_ties"),
    path("ties/add/", partner_ties.FindView.as_view(), name="partner_find"),
    path("ties/add/<slug:other>/", partner_ties.AddTieView.as_view(), name="partner_add_tie"),
    path("ties/missing/", partner_ties.AddMissingView.as_view(), name="partner_add_missing"),
    path("lend/", partner_screens.LendScreen.as_view(), name="partner_lend"),
    path("need/", partner_screens.NeedScreen.as_view(), name="partner_need"),
    path("check/", partner_start.CheckView.as_view(), name="partner_check"),
    path("done/", partner_start.DoneView.as_view(), name="partner_done"),
    path("no-mail/<str:token>/", partner_no_mail.NoMailView.as_view(), name="no_mail"),
    path("<str:token>/", partner_links.LinkView.as_view(), name="partner_link"),
]

urlpatterns = [
    path("", national.NationalView.as_view(), name="national"),
    path("solutions/", solutions.SolutionListView.as_view(), name="solutions"),
    path("solutions/<slug:solution>/", solutions.SolutionView.as_view(), name="solution"),
    path("compare/", compare.CompareView.as_view(), name="compare"),
    path("compare/figures.csv", compare.CompareFileView.as_view(), name="compare_csv"),
    path("method/", method.MethodView.as_view(), name="method"),
    path("history/", history.NationalHistoryView.as_view(), name="national_history"),
    *shared_pages("national_"),
    path("actors/<slug:actor>/", profile.NationalActorView.as_view(), name="national_actor"),
    path("cities/new/", setup.NewCityView.as_view(), name="city_new"),
    path("cities/<slug:city>/", include(city_pages)),
    path("p/", include(partner_pages)),
    path("api/v1/", include("ecosystem.api.urls")),
    path("account/proposals/", checking.MyProposalsView.as_view(), name="my_proposals"),
    path("account/erase/", erasing.EraseView.as_view(), name="erase_person"),
    path("account/", include("accounts.urls")),
    path("start/", start.StartView.as_view(), name="start"),
    path("outbox/", outbox.OutboxView.as_view(), name="outbox"),
    path("admin/", admin.site.urls),
    # Without a token, so that a page is the same for everyone: all it sets is a language.
    path("i18n/setlang/", csrf_exempt(set_language), name="set_language"),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
]
