"""Charts drawn on the server: plain values in, SVG out, no script and no style attribute.

Each drawing has a title that says what it shows; the page puts a table with the same values beside
it. ``gaps.css`` adds what a page can do besides: forced colors and paper.
"""

from ecosystem.charts.levels import Bar, draw_bars
from ecosystem.charts.over_time import Column, Part, draw_columns
from ecosystem.charts.radar import Axis, draw_radar

__all__ = ["Axis", "Bar", "Column", "Part", "draw_bars", "draw_columns", "draw_radar"]
