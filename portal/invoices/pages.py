"""The pages of this folder."""

from portal.invoices.correcting import correct
from portal.invoices.documents import add_document
from portal.invoices.filing import choose_file, send_file
from portal.invoices.reading import credit, invoice, invoices
from portal.invoices.writing import answer, change_lines, new_invoice, send_invoice

PAGES = (
    new_invoice, send_invoice, answer, change_lines, correct, choose_file, send_file, invoices,
    invoice, credit, add_document,
)  # fmt: skip
