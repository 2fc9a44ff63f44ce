"""Who pays: the region, as the bank and the ledger know it."""

import msgspec


class Payer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region's name, its organisation number (ten digits), the account that pays (IBAN) and the
    BIC of its bank; `agreement` is the number under which the bank takes its files."""

    name: str
    organisation_number: str
    iban: str
    bic: str
    agreement: str
