"""Applications as decided, and what is left of them."""
