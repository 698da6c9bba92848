"""What a citation or the name of an issue becomes in the database."""

from django.utils.text import slugify

from actors.models import Issue, Source
from actors.models.source import SourceKind


def describe_source(citation: str, title: str) -> Source:
    """A source by the way it is cited. Census figures and the like name no actors."""
    address = citation.lower().startswith(("http://", "https://"))
    known = citation == "general knowledge" or citation.startswith("population:")
    if address:
        kind = SourceKind.WEB_PAGE
    elif known:
        kind = SourceKind.GENERAL_KNOWLEDGE
    else:
        kind = SourceKind.DOCUMENT
    limit = Source._meta.get_field("title").max_length
    return Source(
        citation=citation,
        title=title[:limit],
        kind=kind,
        url=citation if address else "",
        is_informant=not known,
    )


def issue_slug(name: str) -> str:
    return slugify(name)[: Issue._meta.get_field("slug").max_length].strip("-")
