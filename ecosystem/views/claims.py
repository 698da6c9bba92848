"""Looking after a record, and what a side says of its ties."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, Relationship
from actors.models.relationship import SideAnswer
from actors.rules import can_speak_for
from actors.services import claims
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.views.base import PlaceMixin
from ecosystem.views.checking_context import tie_from


class OwnActorMixin(LoginRequiredMixin, PlaceMixin):
    """A page about an actor at home in the city, or a national one, for those who are signed in."""

    section = "directory"
    actor: Actor

    def find_city(self) -> None:
        super().find_city()
        seen = Actor.objects.visible_to(self.request.user).filter(city=self.city)
        here = seen.exclude(status=ActorStatus.ARCHIVED).select_related("city")
        self.actor = get_object_or_404(here, slug=self.kwargs["actor"])

    @property
    def profile(self) -> str:
        return self.place_url("actor", self.actor.slug)

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - nobody else gets here
        return self.request.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "actor": self.actor,
            "as_of": None,
            "back": self.profile,
            "crumbs": [*self.crumbs_of_place, {"label": self.actor.name, "url": self.profile}],
        }


class ClaimView(OwnActorMixin, TemplateView):
    """“This is us”: asking to look after a record that nobody looks after."""

    template_name = "actors/checking/claim.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            claims.claim(self.actor, by=self.person)
        except claims.LookedAfter as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.profile)
        messages.success(
            request,
            _("Those who convene %(city)s were asked. Once they agree, you can change the record.")
            % {"city": self.city.name}
            if self.city
            else _("The national staff were asked. Once they agree, you can change the record."),
        )
        return HttpResponseRedirect(self.profile)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stewards = self.actor.stewards
        return super().get_context_data(**kwargs) | {
            "title": _("This is us: %(actor)s") % {"actor": self.actor.name},
            "lede": _("Ask to look after this record, so that it says what is true of you."),
            "is_taken": stewards.approved().exclude(user=self.person).exists(),
            "own": stewards.filter(user=self.person).first(),
        }


class TieAnswersView(OwnActorMixin, TemplateView):
    """A side says of each of its ties whether it is so; the other side never learns."""

    template_name = "actors/checking/tie_answers.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not can_speak_for(request.user, self.actor):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def ties(self) -> Any:
        seen = Relationship.objects.visible_to(self.person).existing().filter(ended_on=None)
        return (
            seen.filter(Q(source=self.actor) | Q(target=self.actor))
            .exclude(source__status=ActorStatus.ARCHIVED)
            .exclude(target__status=ActorStatus.ARCHIVED)
            .select_related("source", "target", "city")
            .order_by("pk")
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number, said = request.POST.get("tie", ""), request.POST.get("answer", "")
        if said not in ("", *SideAnswer.values):
            raise BadRequest("There is no such answer.")
        if not (number.isdecimal() and number.isascii() and len(number) < 19):
            raise Http404
        tie = get_object_or_404(self.ties, pk=int(number))
        own = [getattr(tie, f"{end}_answer") for end in self._ends(tie)]
        if set(own) == {said}:
            return self._done()  # sent twice
        try:
            if request.POST.get("seen") != seen_token(tie):
                raise ChangedMeanwhile(tie)
            claims.answer_tie(tie, self.actor, SideAnswer(said) if said else None)
        except ChangedMeanwhile:
            refused = _(
                "Somebody changed this tie in the meantime, so your answer was not stored. Look at "
                "it again, and answer once more."
            )
            return self.render_to_response(self.get_context_data(refused=refused), status=409)
        return self._done()

    def _done(self) -> HttpResponse:
        messages.success(
            self.request,
            _("Thank you. Only you and those who convene %(city)s see your answer.")
            % {"city": self.city.name}
            if self.city
            else _("Thank you. Only you and those who keep the map of the tie see your answer."),
        )
        return HttpResponseRedirect(self.request.path)

    def _ends(self, tie: Relationship) -> list[str]:
        return [end for end in ("source", "target") if getattr(tie, f"{end}_id") == self.actor.pk]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = []
        for tie in self.ties:
            end = self._ends(tie)[0]
            other = tie.target if end == "source" else tie.source
            rows.append(
                {
                    "pk": tie.pk,
                    "seen": seen_token(tie),
                    "what": tie_from(tie, self.actor),
                    "other": other,
                    "description": tie.description,
                    "answer": getattr(tie, f"{end}_answer"),
                    "answered_on": getattr(tie, f"{end}_answered_on"),
                }
            )
        return super().get_context_data(**kwargs) | {
            "title": _("The ties of %(actor)s: is it so?") % {"actor": self.actor.name},
            "lede": _("Say of each tie whether it is so. The other side is never told."),
            "rows": rows,
        }


def seen_token(tie: Relationship) -> str:
    """Names what a side reads of a tie. Not its version, which rises with the other's answer."""
    shown = "\n".join(str(getattr(tie, name)) for name in claims.SHOWN)
    return sha256(shown.encode()).hexdigest()[:16]
