"""Thin HTTP for systems: nothing is decided here."""
