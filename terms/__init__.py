"""The words that all other packages speak: money, periods, persons, sources and editions."""
