"""Which names stand on the drawing, and where: no two overlap."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ecosystem.maps.geometry import Disc, Points
from ecosystem.maps.labels import Board, Box, Label, around, count_touched
from ecosystem.maps.lettering import clean, wrap
from ecosystem.maps.picture import DrawnActor, Picture

NAMES_PER_DISTRICT = 3
NAMES_WITHOUT_DISTRICTS = 24
NAMES_SPOKEN_OF = 26
"""Names at most while some are spoken of, whatever the district."""

NAME_SIZE = 12.5
NAME_WIDTH = 194.0
PICKED_SIZE = 14.5
DISTRICT_SIZE = 16.5
BOLD = 1.04
"""The district names' bold letters are this much wider."""

MARGIN = 12.0
NARROWEST = 760.0
"""The picture shows at least this much of the map, so that a small map is not blown up."""

PHONE = 1.9
"""A phone draws the map at a third of its size; district names are written this much larger."""


class Words(NamedTuple):
    """All names that fit, for wide screens and paper, and district names for phones.

    ``picked`` is the name of the picked actor, which nothing covers.
    """

    frame: Box
    districts: list[tuple[str, Label]]
    names: list[Label]
    phone: list[tuple[str, Label]]
    picked: Label | None


def place_words(picture: Picture) -> Words:
    """Choose and place all names of a picture, and what part of the map is shown."""
    everywhere = Box(-1e4, -1e4, 1e4, 1e4)
    districts = _district_names(picture, DISTRICT_SIZE, everywhere)
    frame = _frame(picture, [label for _district, label in districts])
    # The page leaves some more space around the drawing there.
    phone = _district_names(picture, DISTRICT_SIZE * PHONE, frame.grown(30), short=True)
    wanted = _wanted(picture)
    dots = [actor.dot for actor in picture.actors.values()]
    board = Board(frame, dots, kept_free=[actor.dot for actor in wanted])
    picked = None
    if picture.emphasis and (actor := picture.actors.get(picture.emphasis.picked)):
        lines = wrap(clean(actor.name), 1.5 * NAME_WIDTH, PICKED_SIZE * BOLD)
        picked = board.put(around(lines, actor.dot, PICKED_SIZE * BOLD, clearance=9))
    districts = [(key, label) for key, label in districts if picked is None or board.is_free(label)]
    for _district, label in districts:
        board.take(label)
    names = []
    for actor in wanted:
        lines = wrap(clean(actor.name), NAME_WIDTH, NAME_SIZE)
        placed = board.put(around(lines, actor.dot, NAME_SIZE))
        if placed:
            names.append(placed)
    return Words(frame, districts, names, phone, picked)


def _wanted(picture: Picture) -> list[DrawnActor]:
    """Whose names should stand on the picture, the most important first."""

    def weight(actor: DrawnActor) -> tuple[int, str]:
        return -actor.ties, actor.slug

    if spoken := picture.emphasis:
        on_trail = [slug for pair in spoken.trail for slug in pair]
        others = sorted((a for s, a in picture.actors.items() if s in spoken.raised), key=weight)
        order = dict.fromkeys([*on_trail, *(actor.slug for actor in others)])
        order.pop(spoken.picked, None)
        shown = [picture.actors[slug] for slug in order if slug in picture.actors]
        return shown[:NAMES_SPOKEN_OF]
    most = NAMES_PER_DISTRICT if picture.districts else NAMES_WITHOUT_DISTRICTS
    named = [a for district in picture.reading_order for a in picture.members(district)[:most]]
    return sorted(named, key=weight)


def _district_names(
    picture: Picture, size: float, frame: Box, *, short: bool = False
) -> list[tuple[str, Label]]:
    """A name above each district, below it or at its top, where it covers least.

    ``short``: what stands for the name where a name would reach into another district or hide dots.
    """
    discs = {key: district.disc for key, district in picture.districts.items()}
    dots = np.array([actor.dot for actor in picture.actors.values()]).reshape(-1, 3)
    board = Board(frame, dots)
    placed = []
    for key in sorted(discs, key=lambda key: -discs[key].radius):
        disc, wide = discs[key], size * BOLD
        others = np.array([d for k, d in discs.items() if k != key]).reshape(-1, 3)

        def reach(label: Label, others: Points = others) -> float:
            """Reaching into another district is nearly as bad as hiding a dot."""
            return 0.9 * count_touched(others, label.box)

        lines = wrap(clean(picture.districts[key].title), max(2.1 * disc.radius, 8.8 * wide), wide)
        candidates = list(_over(disc, lines, wide))
        letter = list[Label]()
        if short:
            candidates = [
                label
                for label in candidates
                if not reach(label) and not count_touched(dots, label.box)
            ]
            letter = list(_over(disc, [picture.districts[key].short], wide))
        if label := board.put(candidates, reach) or board.put(letter, reach):
            placed.append((key, label))
    return placed


def _over(disc: Disc, lines: Sequence[str], size: float) -> Iterator[Label]:
    """Above the district, below it, inside at its top."""
    below, above, *_sides = around(lines, disc, size, clearance=5)
    yield above
    yield below
    yield above._replace(y=disc.y - disc.radius + 1.2 * size)


def _frame(picture: Picture, labels: Iterable[Label]) -> Box:
    """What the picture shows: the whole map's ground and its districts' names, with a margin."""
    discs = [district.disc for district in picture.districts.values()]
    found = bounds([*discs, *picture.ground], labels).grown(MARGIN)
    missing = max(0.0, NARROWEST - (found.right - found.left)) / 2
    return found._replace(left=found.left - missing, right=found.right + missing)


def bounds(discs: Iterable[Disc], labels: Iterable[Label] = ()) -> Box:
    """The smallest box around discs and labels; of a useful size around nothing."""
    boxes = [Box(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in discs]
    boxes += [label.box for label in labels]
    if not boxes:
        return Box(250.0, 350.0, 750.0, 650.0)
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
