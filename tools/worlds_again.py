"""worlds_again.py FILE: whether the core still answers the worlds of tests/test_reference.py alike.

The first time FILE is made: those worlds, and a digest of the answers to each. After that exit
status 1 says that some answer differs. The test itself compares the same answers with the second
reading, which takes minutes where this takes seconds; so what differs here fails there.
"""

import pickle
import sys
from hashlib import sha256
from itertools import product
from pathlib import Path

from tests import desks, test_reference, worlds

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
        made = [
            (folders, test_reference.world(seed, folders, regions))
            for seed, (folders, regions) in SETTINGS
        ]
        path.write_bytes(pickle.dumps([(*one, _digest(*one)) for one in made]))
        return 0
    known = pickle.loads(path.read_bytes())  # noqa: S301 – made above
    return int(any(_digest(folders, made) != digest for folders, made, digest in known))


def _digest(folders: tuple[str, ...], made: worlds.World) -> bytes:
    mailroom = desks.Mailroom(desks.library(*folders), made.cards, made.preassessments)
    answers = (mailroom.answer(invoice, made.today) for invoice in made.invoices)
    return sha256(desks.encoded(answers)).digest()


if __name__ == "__main__":
    sys.exit(main())
