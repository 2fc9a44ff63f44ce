"""The pages of this folder."""

from portal.figures.figures import figures, figures_spreadsheet
from portal.figures.reconciliation import reconcile, reconciliation

PAGES = (figures, figures_spreadsheet, reconciliation, reconcile)
