"""Words in a drawing, which does not break lines by itself."""


def broken(text: str, letters: int, lines: int = 3) -> list[str]:
    """A text in lines of at most about so many letters, the last with all that is left.

    A word is never cut, so that a long one may stick out.
    """
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if len(longer) <= letters or not found[-1] or len(found) == lines:
            found[-1] = longer
        else:
            found.append(word)
    return found
