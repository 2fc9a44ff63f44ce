"""Applications: a clinic writes them, sends them in, and follows what becomes of them."""
