"""One writer after another: a change says which version it started from."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from ecosystem.common.models import VersionedModel


class ChangedMeanwhile(Exception):
    """Somebody saved the record after the version that this change started from.

    ``stored`` is the record as it is now. Nothing was written.
    """

    def __init__(self, stored: VersionedModel) -> None:
        super().__init__(_("Somebody changed this record in the meantime."))
        self.stored = stored


class GoneMeanwhile(ChangedMeanwhile):
    """Somebody took the record away; ``stored`` is what the writer held. Nothing was written."""


@contextmanager
def record_change(*records: Model, based_on: int | None = None) -> Iterator[None]:
    """Change, create or delete ``records`` in the body, in one transaction.

    Their rows are locked and their versions raised before the body saves them. Raises
    ``ChangedMeanwhile`` when a stored version is not ``based_on``, and ``GoneMeanwhile`` when there
    is none any more. Without ``based_on`` a record may come back after it was deleted.
    """
    with transaction.atomic():
        for record in records:
            if isinstance(record, VersionedModel) and record.pk is not None:
                _raise_version(record, based_on)
        yield


def _raise_version(record: VersionedModel, based_on: int | None) -> None:
    stored = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
    if stored is None:
        if based_on is not None:
            raise GoneMeanwhile(record)
        # It comes back after it was deleted: no version is used twice.
        past = type(record).history.filter(id=record.pk)  # type: ignore[attr-defined]
        record.version = (past.aggregate(last=Max("version"))["last"] or 0) + 1
        return
    if based_on is not None and stored.version != based_on:
        raise ChangedMeanwhile(stored)
    record.version = stored.version + 1
