"""Figures with their charts, and a journal laid beside what the region has."""
