"""The gap method on plain values: what comes in are dataclasses, what goes out are dataclasses.

Knows neither HTTP nor the database, and can be run and tested without Django.
Start at ``ecosystem.analysis.gaps.analyse``.
"""
