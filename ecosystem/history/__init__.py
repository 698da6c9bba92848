"""Changes in the records of a city: their kinds, their states, and words for them."""
