"""Who gets what: every route, every private word, every number of queries."""
