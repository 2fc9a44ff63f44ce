"""The pages of this folder."""

from portal.applications.documents import case_document
from portal.applications.listing import applications
from portal.applications.reading import (
    application,
    application_difference,
    application_letter,
    withdraw_application,
)
from portal.applications.writing import (
    application_answer,
    new_application,
    send_new,
    send_written,
    write_application,
)

PAGES = (
    applications, new_application, send_new, application_answer, application,
    application_difference, application_letter, write_application, send_written,
    withdraw_application, case_document,
)  # fmt: skip
