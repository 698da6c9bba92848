"""Cities side by side: what is compared, in words, rows and pictures (gap method, section 8)."""
