"""What people read, in Swedish: findings, rules and decisions as sentences with their numbers.

Nothing is decided here, and nothing but text comes out.
"""
