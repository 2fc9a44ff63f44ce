"""How much is measured: little while one works, more in `make bench`, most in `make soak`."""

from typing import NamedTuple


class Scale(NamedTuple):
    """Invoices of a stream and how often it is repeated; patients where there are many; invoices
    through the command, and how often; how often invoices are kept, and how many are kept where
    there are many; a workload whose invoices of four lines go over HTTP one by one, and one for
    files; and how often."""

    name: str
    invoices: int
    repetitions: int
    many_patients: int
    passes: int
    command_invoices: int
    command_runs: int
    kept_passes: int
    many_kept: int
    http_invoices: int
    file_invoices: int
    http_passes: int


SCALES = {
    scale.name: scale
    for scale in (
        Scale("quick", 10_000, 5, 100_000, 2, 30_000, 1, 1, 100_000, 12_000, 60_000, 1),
        Scale("normal", 10_000, 41, 1_000_000, 5, 200_000, 3, 3, 1_000_000, 50_000, 400_000, 3),
        Scale("soak", 10_000, 101, 1_000_000, 15, 200_000, 7, 5, 1_000_000, 50_000, 400_000, 5),
    )
}
