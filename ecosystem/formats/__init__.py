"""How a language writes numbers here, where it differs from Django's own formats."""
