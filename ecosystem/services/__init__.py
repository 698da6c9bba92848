"""What is done with the picture as a whole, one file per topic."""
