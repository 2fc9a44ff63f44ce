"""Runs from the preview to the bank's answer, the accounts they pay to, and what clinics get."""
