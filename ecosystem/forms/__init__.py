"""What people send in, checked; one file per topic."""
