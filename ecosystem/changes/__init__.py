"""The difference of two snapshots in sentences and tables."""
