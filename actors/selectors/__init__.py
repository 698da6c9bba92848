"""Several models gathered into values, one file per topic."""
