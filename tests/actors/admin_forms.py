"""Fill in the administration's forms as a browser does: everything as shown, but for one change."""

from django import forms
from django.urls import reverse


def admin_url(record, page, *more):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk, *more])


def entries(response):
    """What a browser would send if nobody touched the form on this page."""
    context = response.context
    shown = [context["adminform"].form]
    for inline in context.get("inline_admin_formsets", ()):
        shown += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in shown:
        for bound in form:
            data |= _entered(bound)
    return data


def _entered(bound):
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.value()
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value)
        return {f"{bound.html_name}_{i}": part or "" for i, part in enumerate(parts)}
    if isinstance(widget, forms.CheckboxInput):
        return {bound.html_name: "on"} if value else {}
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return {bound.html_name: [getattr(item, "pk", item) for item in value or ()]}
    return {bound.html_name: "" if value is None else value}


def change(client, record, **changes):
    """Open the record's form, change some entries, save."""
    url = admin_url(record, "change")
    return client.post(url, entries(client.get(url)) | changes)


def revert(client, past, **changes):
    """Open an earlier state from the history and return to it."""
    url = admin_url(past.instance, "simple_history", past.history_id)
    return client.post(url, entries(client.get(url)) | changes)


def delete(client, record):
    return client.post(admin_url(record, "delete"), {"post": "yes"})


def delete_from_list(client, *records):
    opts = records[0]._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    chosen = [record.pk for record in records]
    sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return client.post(url, sent)
