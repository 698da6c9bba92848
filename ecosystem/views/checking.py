"""What conveners check, what people suggest, and what became of it."""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.models import User
from actors.forms.checking import CorrectionForm, DeclineForm
from actors.models import Actor, City, Proposal, Relationship, Steward
from actors.models.dismissal import DEAD_END, DISPUTED, DUPLICATE
from actors.models.proposal import ProposalSubject
from actors.rules import can_suggest
from actors.services import checking, claims, proposals
from actors.services.editing import delete_record
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.selectors.checking import (
    CLAIM,
    KINDS,
    PROPOSAL,
    PROPOSED,
    STALE,
    UNCONFIRMED,
    WAITING,
    Entry,
    Queue,
    load_queue,
    load_records,
    load_targets,
    proposals_of,
)
from ecosystem.selectors.maps import map_day
from ecosystem.views.base import DeciderMixin
from ecosystem.views.checking_context import KIND_LABELS, KIND_NOTES, change_rows, items_of
from ecosystem.views.checking_resolved import CHOICES, resolved
from ecosystem.views.claims import OwnActorMixin

ROWS_PER_PAGE: Final = 25
DISMISSED_YEARS: Final = 1
"""A dead end that is fine today comes back after so long, as a round of questions does."""

LARGEST_NUMBER: Final = 2**63 - 1


class ToCheckView(DeciderMixin, TemplateView):
    """Everything that asks for a convener's eye, each with what can be done in one click.

    Without a city: what asks for the eye of national staff.
    """

    section = "to_check"
    template_name = "actors/checking/to_check.html"

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - DeciderMixin lets no other in
        return self.request.user

    @cached_property
    def queue(self) -> Queue:
        return load_queue(self.city, self.person, self.day)

    @property
    def day(self) -> date:
        """On which the age of a record is told."""
        return map_day(self.city) if self.city else timezone.localdate()

    @property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in KINDS else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = self.queue.counts
        paginator = Paginator(self.queue.of(self.kind), ROWS_PER_PAGE)
        page = paginator.get_page(self.request.GET.get("page"))
        entries = list(page.object_list)
        records = load_records(entries, self.person, self.day)
        context = super().get_context_data(**kwargs)
        return context | {
            "title": _("To check: %(city)s") % {"city": self.city.name}
            if self.city
            else _("To check: national organizations"),
            "lede": lede(counts),
            "as_of": None,
            "kinds": [
                {
                    "kind": kind,
                    "label": KIND_LABELS[kind],
                    "count": counts[kind],
                    "is_current": kind == self.kind,
                }
                for kind in KINDS
            ],
            "kind": self.kind,
            "kind_label": KIND_LABELS.get(self.kind, ""),
            "kind_note": KIND_NOTES.get(self.kind, ""),
            "total": sum(counts.values()),
            "page_obj": page,
            "items": list(items_of(entries, self.queue, records, self.city)),
            "queue_url": self.place_url("to_check"),
            "merges": self.place_url("merges"),
            "crumbs": [] if self.city else [{"label": _("Cities"), "url": reverse("national")}],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
        step = STEPS.get((kind, request.POST.get("action", "")))
        numbers = numbers_of(key)
        if step is None or len(numbers) != (2 if kind == DUPLICATE else 1):
            raise BadRequest("There is no such entry.")
        entry = Entry(kind, "-".join(map(str, sorted(numbers))))
        if entry not in self.queue.of(kind):
            return self.resolved(entry)
        try:
            said = step(self, numbers)
        except (ChangedMeanwhile, proposals.Conflicting, proposals.DecidedAlready):
            del self.queue  # read anew
            if entry not in self.queue.of(kind):
                return self.resolved(entry)
            return self.refused(
                _(
                    "Somebody changed this in the meantime, so nothing was stored. Below it stands "
                    "as it is now: look again, and decide."
                ),
                status=409,
                entry=entry,
            )
        except (proposals.CannotAccept, NoAnswer) as refused:
            return self.refused(str(refused), status=422, entry=entry)
        messages.success(request, said)
        return HttpResponseRedirect(request.get_full_path())

    def resolved(self, entry: Entry) -> HttpResponse:
        """Somebody was faster: it is so already, or otherwise, and then both are shown."""
        found = resolved(entry, self.city, self.person)
        if found is None:
            raise Http404
        action, answer = self.request.POST["action"], self.request.POST.get("answer", "").strip()
        if found.way == action and found.answer in ("", answer):
            text = _("It is so already, so nothing more was done. %(what)s")
            messages.info(self.request, text % {"what": found})
            return HttpResponseRedirect(self.request.get_full_path())
        chosen = _("You chose “%(choice)s”: nothing was stored.") % {"choice": CHOICES[action]}
        if answer:
            wrote = _("You wrote: “%(answer)s”") % {"answer": answer}
            chosen = f"{chosen} {wrote}"
        return self.refused(f"{found} {chosen}", status=409)

    def refused(self, sentence: str, *, status: int, entry: Entry | None = None) -> HttpResponse:
        context = self.get_context_data(
            refused=sentence,
            refused_entry=f"{entry.kind}-{entry.key}" if entry else "",
            entered=self.request.POST.get("answer", ""),
        )
        return self.render_to_response(context, status=status)

    # What came with a button

    @property
    def version(self) -> int:
        text = self.request.POST.get("version", "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def actor(self, pk: int) -> Actor:
        seen = Actor.objects.visible_to(self.person).filter(city=self.city, merged_into=None)
        return get_object_or_404(seen, pk=pk)

    # What can be done

    def publish(self, numbers: list[int]) -> str:
        actor = self.actor(numbers[0])
        checking.publish_actor(actor, based_on=self.version)
        return _("%(actor)s is on the map now.") % {"actor": actor.name}

    def decline_actor(self, numbers: list[int]) -> str:
        actor = self.actor(numbers[0])
        checking.decline_actor(actor, based_on=self.version)
        return _("%(actor)s is archived: it is on no map.") % {"actor": actor.name}

    def archive(self, numbers: list[int]) -> str:
        actor = self.actor(numbers[0])
        checking.archive_actor(actor, based_on=self.version)
        return _("%(actor)s is archived: it is on no map.") % {"actor": actor.name}

    def confirm(self, numbers: list[int]) -> str:
        actor = self.actor(numbers[0])
        checking.confirm_actor(actor, based_on=self.version)
        return _("%(actor)s is confirmed as of today.") % {"actor": actor.name}

    def fine(self, numbers: list[int]) -> str:
        actor = self.actor(numbers[0])
        today = timezone.localdate()
        until = today.replace(year=today.year + DISMISSED_YEARS, day=min(today.day, 28))
        checking.dismiss(self.city, DEAD_END, str(actor.pk), by=self.person, until=until)
        return _("%(actor)s is left out of this list for a year.") % {"actor": actor.name}

    def different(self, numbers: list[int]) -> str:
        first, second = sorted(numbers)
        seen = Actor.objects.visible_to(self.person).in_bulk([first, second])
        homes = {actor.city_id for actor in seen.values()}
        here = self.city_id
        if len(seen) != 2 or here not in homes or not homes <= {here, None}:
            return self.actor(0).name  # answers 404
        checking.dismiss(self.city, DUPLICATE, f"{first}-{second}", by=self.person)
        return _("Noted: %(first)s and %(second)s are two organizations.") % {
            "first": seen[first].name,
            "second": seen[second].name,
        }

    def keep_tie(self, numbers: list[int]) -> str:
        tie = self.tie(numbers[0])
        if tie.version != self.version:
            raise ChangedMeanwhile(tie)
        checking.dismiss(self.city, DISPUTED, str(tie.pk), by=self.person)
        return _("The tie is kept. If a side disputes it anew, it stands here again.")

    def remove_tie(self, numbers: list[int]) -> str:
        tie = self.tie(numbers[0])
        reason = _("Disputed by one of its sides")
        delete_record(tie, based_on=self.version, reason=reason)
        return _("The tie is off the map. The history keeps it, and can bring it back.")

    def tie(self, pk: int) -> Relationship:
        seen = Relationship.objects.visible_to(self.person).filter(city=self.city)
        return get_object_or_404(seen.select_related("source", "target"), pk=pk)

    def claim(self, pk: int) -> Steward:
        seen = Steward.objects.visible_to(self.person).filter(actor__city=self.city)
        return get_object_or_404(seen.select_related("actor", "user"), pk=pk)

    def approve_claim(self, numbers: list[int]) -> str:
        steward = self.claim(numbers[0])
        claims.approve_claim(steward, by=self.person)
        return _("%(person)s looks after %(actor)s from now on.") % {
            "person": steward.user,
            "actor": steward.actor.name,
        }

    def decline_claim(self, numbers: list[int]) -> str:
        claims.decline_claim(self.claim(numbers[0]))
        return _("The request is declined.")

    def proposal(self, pk: int) -> Proposal:
        seen = proposals_of(self.city, self.person)
        proposal: Proposal = get_object_or_404(seen.select_related("actor"), pk=pk)
        return proposal

    def accept(self, numbers: list[int]) -> str:
        proposal = self.proposal(numbers[0])
        despite = self.request.POST.get("despite") == "1"
        proposals.accept(
            proposal, by=self.person, record_version=self.version, despite_conflicts=despite
        )
        return _("Accepted: %(actor)s is changed.") % {"actor": proposal.actor.name}

    def decline_proposal(self, numbers: list[int]) -> str:
        proposal = self.proposal(numbers[0])
        form = DeclineForm(self.request.POST)
        if not form.is_valid():
            raise NoAnswer(" ".join(map(str, form.errors["answer"])))
        proposals.decline(proposal, answer=form.cleaned_data["answer"], by=self.person)
        return _("Declined. Who proposed it reads your answer.")


class NoAnswer(Exception):
    """A proposal was declined without a word, or with too many."""


Step = Callable[[ToCheckView, list[int]], str]

STEPS: Final[Mapping[tuple[str, str], Step]] = {
    (PROPOSED, "publish"): ToCheckView.publish,
    (PROPOSED, "decline"): ToCheckView.decline_actor,
    (PROPOSAL, "accept"): ToCheckView.accept,
    (PROPOSAL, "decline"): ToCheckView.decline_proposal,
    (CLAIM, "approve"): ToCheckView.approve_claim,
    (CLAIM, "decline"): ToCheckView.decline_claim,
    (DISPUTED, "keep"): ToCheckView.keep_tie,
    (DISPUTED, "remove"): ToCheckView.remove_tie,
    (DUPLICATE, "different"): ToCheckView.different,
    (STALE, "confirm"): ToCheckView.confirm,
    (UNCONFIRMED, "confirm"): ToCheckView.confirm,
    (DEAD_END, "fine"): ToCheckView.fine,
    (DEAD_END, "archive"): ToCheckView.archive,
}


def numbers_of(key: str) -> list[int]:
    """The numbers of the records that an entry is about; nothing when they are none."""
    parts = key.split("-")
    if not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in parts):
        return []
    numbers = [int(part) for part in parts]
    return numbers if max(numbers) <= LARGEST_NUMBER else []


def lede(counts: Mapping[str, int]) -> str:
    """How much waits, and how much else there is to look at."""
    waiting = sum(counts[kind] for kind in WAITING)
    other = sum(counts.values()) - waiting
    if not waiting and not other:
        return _("Nothing to check: everything is confirmed, and nobody waits for an answer.")
    parts = []
    if waiting:
        parts.append(
            ngettext(
                "%(count)s entry waits for your answer.",
                "%(count)s entries wait for your answer.",
                waiting,
            )
            % {"count": number_format(waiting)}
        )
    else:
        parts.append(_("Nobody waits for an answer."))
    if other:
        parts.append(
            ngettext("%(count)s more is worth a look.", "%(count)s more are worth a look.", other)
            % {"count": number_format(other)}
        )
    return " ".join(parts)


# ── Suggesting a correction ──────────────────────────────────────────────────────────────────────


class SuggestView(OwnActorMixin, TemplateView):
    """Anybody with a role in the city suggests what should stand in a record."""

    template_name = "actors/checking/suggest.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        city_id = self.city_id
        if request.user.is_authenticated and not can_suggest(request.user, city_id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CorrectionForm(instance=self.actor)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A copy: checking what was entered writes it into the instance.
        form = CorrectionForm(data=request.POST, instance=copy(self.actor))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        proposals.propose(
            self.actor,
            ProposalSubject.ACTOR,
            form.changes(),
            by=self.person,
            city=self.city,
            record=self.actor.pk,
            reason=form.cleaned_data["reason"],
        )
        messages.success(
            request,
            _("Thank you. Those who convene %(city)s decide; the answer stands below.")
            % {"city": self.city.name}
            if self.city
            else _("Thank you. The national staff decide; the answer stands below."),
        )
        return HttpResponseRedirect(reverse("my_proposals"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": _("Suggest a correction: %(actor)s") % {"actor": self.actor.name},
            "lede": _("Change what is wrong. Nothing is stored until somebody looked at it."),
        }


class MyProposalsView(LoginRequiredMixin, TemplateView):
    """What one proposed oneself, and what became of it."""

    template_name = "actors/checking/my_proposals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = Proposal.objects.filter(
            proposed_by=user.pk,
            actor__in=Actor.objects.visible_to(user).order_by().values("pk"),
        )
        cities = City.objects.visible_to(user).order_by().values("pk")
        rows = rows.filter(Q(city=None) | Q(city__in=cities))
        rows = rows.select_related("actor__city", "city").order_by("-pk")
        page = Paginator(rows, ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        _targets, names = load_targets(shown, user)
        return super().get_context_data(**kwargs) | {
            "title": _("What you proposed"),
            "lede": _("And what was answered."),
            "page_obj": page,
            "rows": [{"proposal": one, "changes": change_rows(one, None, names)} for one in shown],
        }
