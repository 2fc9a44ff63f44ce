"""What people read, in Swedish: findings, rules and decisions as sentences with their numbers. What
a decision says stands in English too (`english/`).

Nothing is decided here, and nothing but text comes out.
"""
