"""A database in which much has happened: invoices of four regions, some of them credited, cards
voided and issued late, free cards found, lines settled and all of it decided again."""

from datetime import date, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection, select

from adjudication.library import Library
from invoices.current import Current
from registry.cards import Card
from storage import tables
from storage.acts import Done
from storage.approving import approve
from storage.assessing import Verdict, assess
from storage.causes import RulesChanged
from storage.crediting import credit_invoice
from storage.current import read_currents
from storage.database import Database
from storage.freecards import put_free_card
from storage.keeper import Keeper
from storage.proposing import propose
from storage.reference import put_cards, void_card
from terms.vocabulary import SUPPORTS
from tests import test_reference
from tests.storage.test_keeper import FOLDERS, keeper_of, parts, received

FIRST, LAST = date(2020, 1, 1), date(2035, 1, 1)


def lived(database: Database, seed: int, invoices: int = 150) -> Keeper:
    """A keeper of the database."""
    world = test_reference.world(seed, FOLDERS, test_reference.FOUR_REGIONS, invoices)
    chance, keeper = Random(seed), keeper_of(database, world)
    library, acts, today = keeper.library, keeper.acts, world.today
    for some in parts(world.invoices, 50):
        keeper.submit([received(row, today) for row in some])
    for key, current in sorted(currents(database).items()):
        if chance.random() < 0.15:
            lines = None if chance.random() < 0.5 else [min(current.lines)]
            acts.do(partial(credit_invoice, key=key, lines=lines, credited_on=today))
    for row in chance.sample(world.cards, 2):
        if not row.get("voided_on"):
            acts.do(partial(_voided, row["number"]))
    patients = sorted({one.invoice.patient for one in currents(database).values()})
    for place, patient in enumerate(chance.sample(patients, min(4, len(patients)))):
        late = Card(
            number=f"late-{place}", patient=patient, region="jonkoping", category="F2",
            valid_from=today - timedelta(1500),
        )  # fmt: skip
        acts.do(partial(_carded, library, late, today - timedelta(400)))
    settle(database, keeper, chance, today)
    for region in library.regions:
        for support in SUPPORTS:
            proposal = propose(keeper, RulesChanged(region, support, FIRST, LAST), today)
            if proposal is not None:
                approve(keeper, proposal.id, proposal.digest, today)
    settle(database, keeper, chance, today)
    versions = [current.version for current in currents(database).values()]
    assert max(versions) > 2
    return keeper


def settle(database: Database, keeper: Keeper, chance: Random, today: date) -> None:
    """Some lines that wait are settled, one way or the other."""
    for key, current in sorted(currents(database).items()):
        for number in current.held():
            if chance.random() < 0.3:
                version = currents(database)[key].version
                is_approved = chance.random() < 0.6
                assess(keeper, key, Verdict(number, version, is_approved, None, "Nej"), today)


def _voided(number: str, connection: Connection) -> Done[None]:
    return None, void_card(connection, number, FIRST) or []


def _carded(library: Library, card: Card, last: date, connection: Connection) -> Done[None]:
    """A card that was issued late, and a free card that was found."""
    entries = put_cards(connection, library, [card])
    free = put_free_card(connection, card.patient, f"free-{card.number}", FIRST, last)
    return None, [*entries, *(free or [])]


def currents(database: Database) -> dict[int, Current]:
    """Every invoice as it stands, by its key."""
    with database.reading() as connection:
        patients = list(connection.scalars(select(tables.patient.c.id)))
        found = read_currents(connection, patients)
    return {one.key: one for some in found.values() for one in some}
