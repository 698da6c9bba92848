"""Pages of the picture as a whole."""
