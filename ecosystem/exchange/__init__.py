"""Maps that come in and go out.

reader (bytes → rows) · cells (text → value) · columns (which columns a table has) ·
plan (rows → what to store, or every problem) · checks (rows against each other) ·
apply (plan → database, at once or not at all) · versions (rows with their history, in bulk).
"""
