"""What acts on invoices ask of a store. A database fulfils it, and a dict in a test."""

from datetime import date
from typing import Protocol

import msgspec

from adjudication.decision import Decision
from adjudication.invoice import Invoice
from adjudication.patient import Patient
from quotas.history import Use

FIRST_VERSION = 1


class Earlier(msgspec.Struct, frozen=True, gc=False):
    """An invoice that was decided: the fingerprint of what it said, its first answer in JSON, the
    key by which the store finds it, and the number of its current version."""

    content: bytes
    answer: bytes
    key: int
    version: int = FIRST_VERSION


class Kept(msgspec.Struct, frozen=True, gc=False):
    """A decided invoice with what is to be kept of it: whose it is (twelve digits), its
    fingerprint, its decision, the same in JSON, and what it uses."""

    invoice: Invoice
    received_on: date
    patient: str
    content: bytes
    decision: Decision
    answer: bytes
    use: Use


class Store(Protocol):
    """Everything is asked and put inside one transaction, which whoever owns the store ends."""

    def earlier(self, clinic: str, number: str) -> Earlier | None:
        """The decided invoice of a clinic with this number."""

    def patient(self, number: str) -> Patient | None:
        """The patient with these twelve digits, who is nobody else's to change until the
        transaction ends; None for one who was never met and has neither card nor application."""

    def meet(self, number: str) -> Patient:
        """A patient who was never met, from now on known."""

    def keep(self, kept: Kept) -> int | None:
        """Keep a decided invoice, and post what it uses to its patient. Gives its key."""


class Trial:
    """A store that keeps nothing: whoever asks it is answered as by the store behind it."""

    def __init__(self, store: Store) -> None:
        self.earlier = store.earlier
        self.patient = store.patient
        self.meet = store.meet

    def keep(self, _kept: Kept) -> None:
        """Nothing is kept."""
