"""People of the made-up region, to log in as."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from portal.login.identityprovider import Offered
from portal.login.provider import LOA3
from registry.roles import Role
from storage.access import Token
from storage.acts import Done
from storage.people import LAST_DAY, give, in_force

_LOA2 = LOA3.replace("loa3", "loa2")


class _Person(NamedTuple):
    """Somebody: the last part of the HSA-id, what they are assigned to do, and at how many clinics
    of those that are given."""

    name: str
    number: str | None
    note: str
    role: Role | None = None
    clinics: int = 0
    acr: str = LOA3

    @property
    def hsa_id(self) -> str | None:
        return None if self.number is None else f"SE2321000057-{self.number}"


_PEOPLE = (
    _Person("Klara Klinik", "1001", "arbetar på en klinik", "clinic", 1),
    _Person("Tove Tvåställen", "1002", "arbetar på två kliniker och får välja", "clinic", 2),
    _Person("Bo Bedömare", "2001", "bedömningstandläkare", "assessor"),
    _Person("Bea Bedömare", "2002", "bedömningstandläkare, kollega", "assessor"),
    _Person("Kim Konsult", "2003", "konsult som bedömarna frågar", "consultant"),
    _Person("Lova Loggren", "3001", "granskar loggen", "log_reviewer"),
    _Person("Aron Admin", "4001", "regionens administratör", "administrator"),
    _Person("Läse Läsare", "5001", "läser allt, ändrar inget", "reader"),
    _Person("Frida Förbereder", "8001", "förbereder utbetalningar", "payout_preparer"),
    _Person("Atle Attestant", "8002", "attesterar, upp till en gräns", "payout_approver"),
    _Person("Cissi Chef", "8003", "attesterar oavsett belopp", "payout_chief"),
    _Person("Calle Chef", "8004", "en attestant till oavsett belopp", "payout_chief"),
    _Person("Edda Ekonom", "8005", "ekonomi: nyckeltal, avstämning, spårning", "finance"),
    _Person("Lage Lågnivå", "6001", "utan kort: för låg tillitsnivå", "reader", acr=_LOA2),
    _Person("Ulla Utan", "7001", "har inget uppdrag"),
    _Person("Hilma Hemlös", None, "har inget HSA-id"),
)  # fmt: skip

ASSESSOR, COLLEAGUE, CONSULTANT = (f"SE2321000057-{number}" for number in (2001, 2002, 2003))
"""Who handles applications."""

OFFERED = [Offered(one.name, one.hsa_id, one.acr, one.note) for one in _PEOPLE]


def key_of(connection: Connection, role: str, place: int = 0) -> int:
    """The key of the assignment that a person of a role has; the first one's, or a further one's.
    They have settled in."""
    hsa_id = [one.hsa_id for one in _PEOPLE if one.role == role][place]
    assert hsa_id is not None
    return next(
        one.token.id for one in in_force(connection, hsa_id, LAST_DAY) if one.token.role == role
    )


def settle_in(connection: Connection, clinics: list[str], since: date) -> Done[None]:
    """Give everybody what they are assigned to do since a day, unless they have it already."""
    entries = []
    for one in _PEOPLE:
        if one.role is None or one.hsa_id is None or in_force(connection, one.hsa_id, LAST_DAY):
            continue
        for clinic in clinics[: one.clinics] if one.clinics else (None,):
            _, entry = give(connection, one.hsa_id, one.name, one.role, clinic, since, None)
            entries.append(entry)
    return None, entries


def token_of(connection: Connection, role: Role, today: date) -> Token:
    """By what the first of a role's people acts, once they have settled in."""
    hsa_id = next(one.hsa_id for one in _PEOPLE if one.role == role)
    assert hsa_id is not None
    return in_force(connection, hsa_id, today)[0].token
