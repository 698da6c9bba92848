"""Where the actors of a city are, on a map of its ground.

``projection`` and ``outline`` know the ground, ``sites`` reads places from the database, ``values``
decides what is shown where, ``spots`` keeps dots apart. ``svg`` draws it for paper and for pages
without scripts, ``data`` gives the same to the element ``<place-map>``.
"""
