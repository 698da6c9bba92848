"""What a page says to its reader."""

import re

from django.contrib.messages import get_messages


def text_of(response):
    """The words in the main part of a page."""
    main = response.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def said(response):
    """The messages that come with an answer."""
    return [str(message) for message in get_messages(response.wsgi_request)]
