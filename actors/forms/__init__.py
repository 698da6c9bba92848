"""What people enter about who is there, one file per topic."""
