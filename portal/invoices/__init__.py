"""Invoices on pages: written with the answer beside, sent as a file, read, credited."""
