"""How much an attachment may be. Whatever reads one stops here."""

LARGEST = 20 << 20
"""Bytes of a file."""
MOST_IN_A_CASE = 10
"""Attachments of one application, and of one invoice."""
DAYS_TO_COME = 7
"""After the day on which an attachment was announced; then it is too late to send it."""
MOST_AWAITED = 100
"""Attachments of a clinic that are announced, have not come and may still."""
MOST_PIXELS = 50_000_000
"""Of a picture, also of one within a PDF."""
MOST_PAGES = 200
MOST_PARTS = 50_000
"""Objects of a PDF, chunks of a PNG, segments of a JPEG."""
MOST_SCANS = 100
"""Of a JPEG: each may go over the whole picture."""
MOST_FILL = 1024
"""Bytes of nothing before a segment of a JPEG."""
LARGEST_UNPACKED = 512 << 20
"""Bytes of all of a PDF's streams together."""
LARGEST_AT_ONCE = 64 << 20
"""Bytes of a PDF's stream that is packed so that it has to be held in memory to be unpacked."""
LARGEST_TEXT = 1 << 20
"""Unpacked bytes of a text or a profile within a PNG."""
DEEPEST = 100
"""Lists and dictionaries within each other in a PDF."""
