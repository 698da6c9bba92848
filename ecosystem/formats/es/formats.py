"""Spanish as it is written in the United States: 400,000 and 0.7, as in English."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
