"""Two records of one organization made one, and parted again."""

from .merge import CannotMerge, Moving, merge, merged_already, moving, moving_rows
from .part import CannotPart, part_again

__all__ = [
    "CannotMerge",
    "CannotPart",
    "Moving",
    "merge",
    "merged_already",
    "moving",
    "moving_rows",
    "part_again",
]
