"""What hangs on one organization: people, offers and needs."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from actors.forms.exchange import NeedForm, OfferForm
from actors.forms.people import ContactForm
from actors.models import Contact, Need, Offer
from actors.models.proposal import ProposalSubject
from actors.services.editing import change_record, create_record, delete_record
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.views.editing.base import OfActorMixin, RecordFormView


class PartsView(OfActorMixin, RecordFormView):
    """A list of rows of one kind, and a form: for the row of the address, else for a new one."""

    template_name = "actors/edit/parts.html"
    model: Any
    form_class: Any
    route = ""
    same: tuple[str, ...] = ()
    """Fields by which a new row is the one of a moment ago."""

    def find_records(self) -> None:
        super().find_records()
        self.row = None
        if (pk := self.kwargs.get("row")) is not None:
            self.row = self.rows.filter(pk=pk).first()
            if self.row is None:
                self.stop_if_gone(self.model, pk, actor_id=self.actor.pk)
                raise Http404

    def hold(self, gone: Any) -> None:
        self.row = gone

    @property
    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(self.request.user)
        return rows.filter(actor=self.actor).order_by("pk")

    def make_form(self, **kwargs: Any) -> Any:
        instance = self.row or self.model(actor=self.actor)
        return self.form_class(**{"instance": instance} | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "delete" and self.row and self.publishes:
            return self._delete()
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> str:
        if not self.publishes:
            if self.row is not None:
                self.check_version(form)
            self.proposed(self.actor, form, form.changes(), self.row and self.row.pk)
            return self.after()
        if self.row is None:
            same = {name: getattr(form.instance, name) for name in ("actor", *self.same)}
            create_record(form.instance, by=self.user, same=same, city=self.actor.city)
        else:
            change_record(
                form.instance,
                based_on=form.started_from,
                city=self.actor.city,
                reason=form.cleaned_data.get("reason", ""),
            )
        self.tell_saved(self.words["saved"])
        return self.after()

    def _delete(self) -> HttpResponse:
        sent = self.request.POST.get("based_on", "")
        try:
            delete_record(self.row, based_on=int(sent) if sent.isdecimal() else 0)  # type: ignore[arg-type]
        except ChangedMeanwhile:
            self.find_records()
            return self.answer(self.make_form(), status=409, changed_meanwhile=True)
        self.tell_saved(self.words["deleted"])
        return redirect(self.after())

    def after(self) -> str:
        return self.place_url(self.route, self.actor.slug)

    @property
    def words(self) -> dict[str, str]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.words
        listed = [
            {
                "text": str(row),
                "note": self.note(row),
                "url": self.place_url(self.route, self.actor.slug, row.pk),
                "is_current": self.row is not None and row.pk == self.row.pk,
            }
            for row in self.rows
        ]
        own = {
            "actor": self.actor,
            "row": self.row,
            "rows": listed,
            "words": words,
            "title": words["title"],
            "lede": words["lede"],
            "crumbs": self.crumbs(self.actor),
            "save_label": _("Save") if self.publishes else _("Propose it"),
            "back": self.after() if self.row else self.profile_of(self.actor),
        }
        return super().get_context_data(**own | kwargs)

    def note(self, row: Any) -> str:
        return ""


class ContactsView(PartsView):
    """People at an organization: for those who look after its record only."""

    model = Contact
    form_class = ContactForm
    route = "actor_contacts"
    same = ("name", "email")

    def may_propose(self) -> bool:
        """Nobody: a proposal would keep the person's data where it can't be found again."""
        return False

    def entered_words(self, stored: Any) -> str:
        """Nothing: what is said of a person is not carried from page to page."""
        return ""

    def note(self, row: Any) -> str:
        shown = _("shown to everyone") if row.is_public else _("not shown to others")
        return ", ".join(part for part in (row.job, shown) if part)

    @property
    def words(self) -> dict[str, str]:
        return {
            "title": _("People at %(actor)s") % {"actor": self.actor.name},
            "lede": _(
                "Whom to ask and to invite. Only those who look after this record see them, "
                "unless a person agreed to be shown."
            ),
            "new": _("Add a person"),
            "change": _("Change what is recorded of this person"),
            "none": _("Nobody is recorded yet."),
            "saved": _("Saved: what is recorded of this person."),
            "deleted": _("All that was recorded of this person is gone."),
            "delete": _("Take this person away"),
        }


class ExchangeView(PartsView):
    """What the two kinds have in common."""

    same = ("description", "competency", "resource_kind")

    def note(self, row: Any) -> str:
        kinds = [row.get_competency_display(), row.get_resource_kind_display()]
        closed = "" if row.is_open else _("no longer open")
        return ", ".join(str(part) for part in (*kinds, closed) if part)


class OffersView(ExchangeView):
    """What an organization can lend."""

    model = Offer
    form_class = OfferForm
    route = "actor_offers"
    subject = ProposalSubject.OFFER

    @property
    def words(self) -> dict[str, str]:
        return {
            "title": _("What %(actor)s can lend") % {"actor": self.actor.name},
            "lede": _("A skill, data, a room, time: what others here could use."),
            "new": _("Add an offer"),
            "change": _("Change this offer"),
            "none": _("No offer is recorded yet."),
            "saved": _("Saved: what it can lend."),
            "deleted": _("The offer was taken away."),
            "delete": _("Take this offer away"),
        }


class NeedsView(ExchangeView):
    """What an organization looks for."""

    model = Need
    form_class = NeedForm
    route = "actor_needs"
    subject = ProposalSubject.NEED

    @property
    def words(self) -> dict[str, str]:
        return {
            "title": _("What %(actor)s looks for") % {"actor": self.actor.name},
            "lede": _("A skill, data, a room, money: what others here might have."),
            "new": _("Add a need"),
            "change": _("Change this need"),
            "none": _("No need is recorded yet."),
            "saved": _("Saved: what it looks for."),
            "deleted": _("The need was taken away."),
            "delete": _("Take this need away"),
        }
