"""Changing the map in the browser, for those who convene a city, contribute to it, or look after
an organization."""
