"""A partner's own page, by personal link, one screen at a time."""
