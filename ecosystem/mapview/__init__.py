"""One view of a city's map: what an address asks for, who is shown, and how it is told.

``state`` reads and writes the address; ``values`` is the map as plain values and ``extras`` reads
what the gap method does not need; ``filtering``, ``search`` and ``paths`` decide who is shown;
``arranging`` and ``speaking`` say where they stand and who stands out; ``choices``, ``legend``,
``panel``, ``table``, ``offers`` and ``sentences`` are what the page tells; ``document`` and
``words`` are for the element ``<network-map>``. Filters, search and counts say the same
as ``static/js/network-map`` does: a page without scripts shows what one with scripts shows.
"""
