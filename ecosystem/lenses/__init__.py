"""Questions to the map: each a sentence, and the actors it speaks of.

A page calls ``read_lens(params, case)`` for the lens of its address, and ``all_lenses(case)`` for
those it offers. ``lens_case(params, city, user)`` makes the case: that of the city, or that of a
collaborative when the address has ``table=``. A page that has a case of the city already may use
it and make another only when the address has ``table=``.

All that a lens says and lights up comes from a ``findings.Case``, which holds what the visitor may
see and nothing else.
"""

from ecosystem.lenses.address import all_lenses, lens_case, read_lens
from ecosystem.lenses.lens import Lens

__all__ = ["Lens", "all_lenses", "lens_case", "read_lens"]
