"""A made-up region, the same for the same seed: its people, cards, applications, visits and
mistakes, and what clinics therefore send."""
