"""A run: a file of invoices is decided."""

import gc
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from adjudication.desk import Desk
from adjudication.library import Library
from cli.answering import Answering
from cli.errors import MistakenError, UnusableFileError
from cli.output import STREAM, Output, open_output
from cli.plain import Asked
from cli.progress import ProgressBar
from cli.referencedata import read_cards, read_preassessments
from cli.serial import SerialAnswering
from cli.source import Source, open_source
from cli.today import today_in_sweden


def run(asked: Asked) -> None:
    """Do what is asked. Raises PartiturError where a file or what is asked cannot be used."""
    _check_paths(asked)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(asked.invoices))
        output = stack.enter_context(open_output(asked.output))
        is_hidden = asked.output == STREAM and os.isatty(1)
        is_watched = not (asked.quiet or is_hidden) and os.isatty(2)
        progress = stack.enter_context(ProgressBar(source, is_watched))
        answering = _answering(stack, source, output, asked)
        gc.freeze()  # what is loaded stays: nothing to collect among it
        gc.enable()
        began = time.perf_counter()
        answering.run(progress.tell)
        seconds = time.perf_counter() - began
    if not asked.quiet and sys.stderr is not None:
        sys.stderr.write(answering.tally.summary(seconds))


def _rules(asked: Asked) -> Library:
    """The rules, among them those of the default region."""
    library = _library(asked.rules)
    if asked.region not in library.regions:
        known = ", ".join(sorted(library.regions))
        raise MistakenError(
            f"flaggan --region: {asked.region!r} har inga regelfiler, men {known} har"
        )
    return library


def _desk(asked: Asked, library: Library) -> Desk:
    """A desk with rules, cards and applications."""
    desk = Desk(library, asked.region)
    if asked.cards is not None:
        read_cards(asked.cards, desk.cards.add)
    if asked.preassessments is not None:
        read_preassessments(asked.preassessments, library, desk.preassessments.add)
    return desk


def _library(rules: Sequence[str]) -> Library:
    if rules:
        from cli.rulefiles import read_library

        return read_library(rules)
    from adjudication.packaged import packaged_library

    return packaged_library()


def _answering(stack: ExitStack, source: Source, output: Output, asked: Asked) -> Answering:
    library, is_counted = _rules(asked), not asked.quiet
    if asked.db is not None:
        from cli.keeping import KeepingAnswering, keeper_of

        keeper = stack.enter_context(keeper_of(asked.db, asked, library))
        return KeepingAnswering(keeper, source, output, today_in_sweden, is_counted)
    desk = _desk(asked, library)
    if asked.processes == 1:
        return SerialAnswering(desk, source, output, today_in_sweden, is_counted)
    from cli.parallel import ParallelAnswering

    return ParallelAnswering(desk, source, output, today_in_sweden, asked.processes, is_counted)


def _check_paths(asked: Asked) -> None:
    inputs = [path for path in (asked.invoices, asked.cards, asked.preassessments) if path]
    if inputs.count(STREAM) > 1:
        raise MistakenError("bara en fil kan läsas från standard in (-)")
    output = asked.output
    for path in inputs:
        if os.path.isfile(path) and os.path.isfile(output) and os.path.samefile(path, output):
            raise UnusableFileError(output, "svaren kan inte skrivas över en fil som läses")
