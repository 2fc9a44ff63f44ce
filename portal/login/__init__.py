"""Logging in: at an identity provider, which assignment, and sessions."""
