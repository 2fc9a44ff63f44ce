"""An öre followed, and the proof that none is lost."""
