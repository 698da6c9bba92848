"""What all pages that change the map do: who may, what came in, what became of it."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from actors.forms.base import RecordForm
from actors.forms.sources import offered_sources
from actors.models import Actor
from actors.rules import can_contribute, can_edit_actor
from actors.services.proposals import propose
from ecosystem.common.models import VersionedModel
from ecosystem.common.versions import ChangedMeanwhile, GoneMeanwhile
from ecosystem.views.base import PlaceMixin

TAKING_AWAY: Final = frozenset({"delete", "take_away"})
"""Actions of forms that delete a row."""

Sections = Sequence[tuple[Any, tuple[str, ...]]]


class EditingMixin(PlaceMixin):
    """A page that changes a city's map, or what is recorded of a national organization.

    ``publishes`` says whether what is sent is stored at once; otherwise it is proposed.
    """

    section = "directory"
    publishes = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            sign_in = redirect_to_login(request.get_full_path())
            # A script would put the sign-in page into a corner of this one.
            is_part = request.headers.get("HX-Request")
            return HttpResponseClientRedirect(sign_in.url) if is_part else sign_in
        self.find_records()
        self.publishes = self.may_publish()
        if not (self.publishes or self.may_propose()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def find_records(self) -> None:
        """The records named in the address; those that the person may not see answer 404."""

    def may_publish(self) -> bool:
        return self.can_convene

    def may_propose(self) -> bool:
        return can_contribute(self.request.user, self.city_id)

    @property
    def user(self) -> Any:
        return self.request.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        defaults = {"publishes": self.publishes, "as_of": None}
        return super().get_context_data(**kwargs) | defaults

    def crumbs(self, actor: Actor | None = None) -> list[dict[str, str]]:
        found = self.crumbs_of_place
        if actor is not None:
            found.append({"label": actor.name, "url": self.profile_of(actor)})
        return found

    def profile_of(self, actor: Actor) -> str:
        """Its page in this place."""
        return self.place_url("actor", actor.slug)

    def tell_saved(self, text: str) -> None:
        messages.success(self.request, text)

    def tell_proposed(self) -> None:
        messages.success(
            self.request,
            _("Thank you: your proposal is with those who convene %(city)s. They decide on it.")
            % {"city": self.city},
        )


class OfActorMixin(EditingMixin):
    """A page about one actor: of this city, or a national one that works here."""

    actor: Actor

    def find_records(self) -> None:
        seen = Actor.objects.visible_to(self.request.user).select_related("city", "part_of")
        here = seen.filter(Q(city=self.city) | Q(city=None), merged_into=None)
        self.actor = get_object_or_404(here, slug=self.kwargs["actor"])

    def may_publish(self) -> bool:
        return can_edit_actor(self.request.user, self.actor)

    def may_propose(self) -> bool:
        is_home = self.city is not None and self.actor.city_id == self.city.pk
        return is_home and super().may_propose()


class RecordFormView(EditingMixin, TemplateView):
    """A form for one record.

    A subclass gives ``make_form``, what ``save`` does, and where it leads. A stale version is
    answered with both versions, status 409, and nothing is lost.
    """

    template_name = "actors/edit/record.html"
    subject = ""
    """Kind of proposal; without one, only those who may publish have this page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except GoneMeanwhile as error:
            return self.gone_meanwhile(error.stored)

    def stop_if_gone(self, model: Any, pk: int, **where: Any) -> None:
        """Raise ``GoneMeanwhile`` when a form is sent about a row that somebody took away.

        ``where`` says to whom it belonged. Only those who may publish are told that it was there.
        """
        if self.request.method != "POST" or not self.may_publish():
            return
        past = model.history.filter(id=pk, history_type="-", **where).first()
        if past is not None:
            self.publishes = True
            self.hold(past.instance)
            raise GoneMeanwhile(past.instance)

    def hold(self, gone: Any) -> None:
        """Take a row that is gone for the one that the address names, for its form."""

    def gone_meanwhile(self, gone: Any) -> HttpResponse:
        """The row is gone: so it was to be, or what was entered is said once more."""
        if self.request.POST.get("action", "") in TAKING_AWAY:
            text = _("It was taken away already, so nothing more was done.")
            messages.info(self.request, text)
            return redirect(self.after_gone(gone))
        text = _("Somebody took it away meanwhile, so nothing was stored.")
        if entered := self.entered_words(gone):
            said = _("You had entered: %(entered)s.") % {"entered": entered}
            text = f"{text} {said}"
        messages.warning(self.request, text)
        return redirect(self.after_gone(gone))

    def entered_words(self, stored: Any) -> str:
        """What the form says otherwise than ``stored``."""
        form = self.make_form(instance=copy(stored), data=self.request.POST)
        form.is_valid()
        found = form.differences(self.make_form(instance=stored))
        return "; ".join(f"{one.label}: {one.entered}" for one in found)

    def after_gone(self, gone: Any) -> str:
        """Where one goes on when the row is gone."""
        return self.after()

    def make_form(self, **kwargs: Any) -> RecordForm:
        raise NotImplementedError

    def save(self, form: RecordForm) -> str:
        """Store what was entered; the address to go on to."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(data=request.POST)
        return self.store(form) if form.is_valid() else self.answer(form)

    def store(self, form: RecordForm) -> HttpResponse:
        """Save a valid form and go on; what others stored meanwhile is said."""
        try:
            return redirect(self.save(form))
        except GoneMeanwhile:
            raise
        except ChangedMeanwhile as error:
            return self.conflict(form, error.stored)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.answer(form)

    def conflict(self, form: RecordForm, stored: VersionedModel) -> HttpResponse:
        """Both versions; when they say the same, the form was sent twice and all is stored."""
        fresh = self.make_form(instance=type(stored)._base_manager.get(pk=stored.pk))
        past: Any = type(stored).history.filter(  # type: ignore[attr-defined]
            id=stored.pk, version=form.started_from
        )
        seen = past.order_by("-history_id").first()
        if not form.differences(fresh):
            messages.info(self.request, _("All of it is stored already, so nothing was changed."))
            return redirect(self.after())
        form.start_from(fresh, seen and seen.instance)
        differences = form.differences(fresh)
        return self.answer(
            form, status=409, conflict={"when": saved_when(stored), "differences": differences}
        )

    def after(self) -> str:
        """Where saving leads."""
        raise NotImplementedError

    def answer(self, form: RecordForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(form=form, **more)
        context |= {
            "sections": sections_of(form, getattr(form, "sections", ())),
            "problems": problems_of(form),
            "known_sources": offered_sources(self.city, self.request.user),
        }
        return self.render_to_response(context, status=status)

    def check_version(self, form: RecordForm) -> None:
        """Raise ``ChangedMeanwhile`` when the record is not as the writer saw it."""
        stored = type(form.instance)._base_manager.get(pk=form.instance.pk)
        if stored.version != form.started_from:
            raise ChangedMeanwhile(stored)

    def proposed(
        self,
        actor: Actor,
        form: Any,
        changes: Mapping[str, Any],
        record: int | None,
        reason: str = "",
    ) -> None:
        """Put what was entered before those who decide; ``reason`` if the form asks for none."""
        if not changes:
            messages.info(self.request, _("Nothing was changed, so nothing is proposed."))
            return
        propose(
            actor,
            self.subject,
            changes,
            by=self.user,
            city=self.city,
            record=record,
            reason=form.cleaned_data.get("reason", reason),
        )
        self.tell_proposed()


def sections_of(form: Any, sections: Sections) -> list[dict[str, Any]]:
    """The fields of a form under their headings; without sections, all under none."""
    if not sections:
        return [{"title": "", "fields": list(form.visible_fields())}]
    return [
        {"title": title, "fields": fields}
        for title, names in sections
        if (fields := [form[name] for name in names if name in form.fields])
    ]


def problems_of(form: Any) -> list[dict[str, str]]:
    """What stops saving, each with the place on the page where to mend it."""
    return [
        {
            "text": str(error),
            "label": str(form.fields[name].label) if name in form.fields else "",
            "place": (form[name].id_for_label or form[name].auto_id) if name in form.fields else "",
        }
        for name, errors in form.errors.items()
        for error in errors
    ]


def saved_when(stored: Any) -> str:
    """When a record was last saved, in words."""
    last = stored.history.first() if stored.pk else None
    return date_format(localtime(last.history_date), "DATETIME_FORMAT") if last else "–"
