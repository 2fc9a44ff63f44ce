"""worlds_again.py FILE: whether the core still decides the worlds of tests/test_reference.py as the
second reading does.

The first time FILE is made: those worlds, and how the second reading decides them, which takes
minutes. After that exit status 1 says that some answer differs in what that test compares.
"""

import pickle
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from tests import desks, reference, test_reference, worlds

SETTINGS = [
    *product(test_reference.SEEDS, [(("blekinge",), test_reference.FOUR_REGIONS)]),
    *product(
        test_reference.OTHER_SEEDS,
        [test_reference.BORDERLAND, test_reference.MOVING, test_reference.LATER],
    ),
]


def main() -> int:
    """Make the file, or compare with it."""
    path = Path(sys.argv[1])
    if not path.exists():
        read = [_read(seed, folders, regions) for seed, (folders, regions) in SETTINGS]
        path.write_bytes(pickle.dumps(read))
    known = pickle.loads(path.read_bytes())  # noqa: S301 – made above
    return int(any(_differs(*one) for one in known))


def _read(
    seed: int, folders: Sequence[str], regions: Sequence[str]
) -> tuple[Sequence[str], worlds.World, list[desks.Row]]:
    made = test_reference.world(seed, folders, regions)
    reading = reference.Reference(
        desks.rule_dirs(*folders), made.cards, made.preassessments, today=made.today
    )
    return folders, made, [reading.decide(invoice) for invoice in made.invoices]


def _differs(folders: Sequence[str], made: worlds.World, expected: list[desks.Row]) -> bool:
    mailroom = desks.Mailroom(desks.library(*folders), made.cards, made.preassessments)
    return any(
        any(desks.differences(desks.as_rows(mailroom.answer(invoice, made.today)), row))
        for invoice, row in zip(made.invoices, expected, strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
