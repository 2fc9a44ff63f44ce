"""A region's figures, made up: the charts that docs/figures/ shows."""

from datetime import date
from typing import Final, get_args

from exports.plots import Plot, write_plot
from invoices.figures import Figures, FirstPass, Spend, Waiting, total_of

_MONTHS: Final = (812, 905, 1021, 934, 951, 640, 318, 777, 1012, 1043)
"""Kronor in thousands, by month."""
_CATEGORIES: Final = (
    ("N1", 190, 2105), ("N2", 61, 812), ("N3", 88, 790), ("F1", 120, 1610), ("F2", 97, 1203),
    ("F5", 71, 934), ("F8", 44, 512), ("F10", 31, 401), ("F11", 9, 43), ("F4", 3, 3),
)  # fmt: skip
_CLINICS: Final = (
    ("SE2321000057-4F10", 301, 3650), ("SE2321000057-4F2A", 280, 2902),
    ("SE2321000057-4F31", 122, 1861),
)  # fmt: skip
_PASSED: Final = ((210, 171), (233, 196), (241, 210), (228, 201), (230, 209), (160, 149),
                  (81, 77), (190, 176), (244, 229), (251, 239))  # fmt: skip


def figures() -> Figures:
    """Ten months of a small region."""
    passes = [FirstPass(f"2026-{month:02d}", *one) for month, one in enumerate(_PASSED, 1)]
    return Figures(
        first_on=date(2026, 1, 1),
        last_on=date(2026, 10, 31),
        on=date(2026, 11, 9),
        total=_spend("", 703, 8413),
        by_month=tuple(
            _spend(f"2026-{month:02d}", 150, thousands)
            for month, thousands in enumerate(_MONTHS, 1)
        ),
        by_support=(_spend("F", 375, 4706), _spend("N", 339, 3707)),
        by_category=tuple(_spend(f"exempel/{name}", *one) for name, *one in _CATEGORIES),
        by_clinic=tuple(_spend(*one) for one in _CLINICS),
        by_code=(),
        first_pass=total_of(passes, ""),
        first_pass_by_month=tuple(passes),
        first_pass_by_clinic=(),
        waiting=(
            Waiting("needs_document", (4, 7, 3, 1, 0), 2_310_000),
            Waiting("needs_preassessment", (6, 19, 11, 5, 2), 18_204_000),
            Waiting("needs_review", (11, 4, 0, 0, 0), 1_120_000),
            Waiting("application_assessor", (9, 12, 2, 0, 0), 0),
            Waiting("application_clinic", (1, 5, 6, 2, 1), 0),
        ),
    )


def files() -> dict[str, bytes]:
    """Every chart, by the name of its file."""
    made = figures()
    return {
        f"{plot.replace('_', '-')}.svg": write_plot(made, plot).encode() for plot in get_args(Plot)
    }


def _spend(of: str, patients: int, thousands: int) -> Spend:
    return Spend(of, patients * 7, patients, thousands * 100_000, patients * 20_000)
