"""From the database to plain values, in a fixed number of queries each."""
