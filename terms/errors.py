"""What can be broken.

    PartiturError
    ├── RuleFileError       a rule file that cannot be used
    └── ReferenceDataError  a card or an application that cannot be used

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
