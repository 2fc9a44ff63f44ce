"""What can be broken.

    PartiturError
    ├── RuleFileError       a rule file that cannot be used
    ├── ReferenceDataError  a card or an application that cannot be used
    ├── SettlementError     what a settlement is to be made of contradicts itself
    ├── LedgerError         what is to be booked does not add up to nothing
    └── BankAnswerError     a file from the bank that cannot be read

Each says what, where and what to do. A refused invoice is no error but a decision.
"""


class PartiturError(Exception):
    """Something is broken and a person has to mend it; the text is for that person."""


class RuleFileError(PartiturError):
    """A rule file that cannot be used: its name and what is wrong in it."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")


class ReferenceDataError(PartiturError):
    """A card or an application that cannot be used."""


class SettlementError(PartiturError):
    """What a settlement is to be made of contradicts itself: whose, and how."""

    def __init__(self, clinic: str, what: str) -> None:
        super().__init__(f"settlement of {clinic}: {what}")


class LedgerError(PartiturError):
    """What is to be booked does not add up to nothing: which transaction, and how."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"transaction {number} {what}")


class BankAnswerError(PartiturError):
    """A file from the bank that cannot be read: what is wrong with it."""
