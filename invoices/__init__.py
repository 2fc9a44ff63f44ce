"""What is done with invoices: they are submitted, corrected, credited, settled."""
