"""Where actors stand on a map, and the map drawn as SVG.

``geometry``, ``districts``, ``layout``, ``force``, ``band``, ``by_ties``, ``by_group``,
``lettering``, ``labels`` and ``look`` know neither Django nor the database; ``positions`` keeps
places in it. ``picture`` gathers what is drawn, ``naming`` chooses its names, ``svg`` writes it.
``groups`` puts communities into words. ``country`` and ``country_svg`` do the same for the cities
on a map of the United States.
"""
