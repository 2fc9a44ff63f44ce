"""A run in the portal: a clinic with an account, a payer, and an invoice to pay."""

import re
from dataclasses import dataclass

from storage.acts import Acts
from storage.payees import PaidFrom, put_payer
from storage.runs import Held, find_run
from tests.api.asking import CLINIC, TODAY, invoice
from tests.commands import card
from tests.portal.visiting import Browser, Portal, keep
from tools.example_settlement import PAYER

DAYS = {"through_on": "2026-02-20", "pay_on": "2026-02-25"}
ACCOUNT = {
    "clinic": CLINIC, "name": "Kliniken AB", "kind": "bankgiro", "bankgiro": "9999-9997",
    "clearing": "", "number": "", "valid_from": "2026-01-01",
}  # fmt: skip
PAYABLE = 90_000
"""What the invoice of `paid_clinic` comes to, in öre."""


@dataclass
class Finance:
    """The portal with something to pay, and who pays it."""

    portal: Portal
    preparer: Browser
    approver: Browser

    def prepared(self, **days: str) -> str:
        """The address of a run that is new."""
        answer = self.preparer.post("/portal/runs/new", {**DAYS, **days})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def seen(self, address: str, who: Browser | None = None) -> dict[str, str]:
        """What a run's page has in its forms: what whoever presses a button has seen."""
        page = (who or self.approver).get(address).text
        names = ("digest", "payment_ore")
        return {name: re.findall(rf'name="{name}" value="(\w+)"', page)[0] for name in names}

    def exported(self) -> str:
        """The address of a run that is prepared, approved and exported."""
        address = self.prepared()
        fields = self.seen(address)
        for who, move in ((self.approver, "approve"), (self.preparer, "export")):
            answer = who.post(f"{address}/{move}", fields)
            assert answer.status_code == 303, answer.text
        return address

    def held(self, number: int = 1) -> Held:
        """A run as it is kept."""
        with self.portal.database.reading() as connection:
            found = find_run(connection, "jonkoping", number)
        assert found is not None
        return found


def finance(portal: Portal) -> Finance:
    """With a payer, an account that the preparer gave, and an invoice."""
    keep(portal, invoice("A-1"), cards=[card("F-1")])
    paid_from = PaidFrom(PAYER, "common-3")
    first = TODAY.replace(month=1, day=1)
    Acts(portal.database).do(lambda c: (None, put_payer(c, "jonkoping", paid_from, first, None)))
    found = Finance(
        portal, portal.signed_in("payout_preparer"), portal.signed_in("payout_approver")
    )
    answer = found.preparer.post("/portal/accounts", ACCOUNT)
    assert answer.status_code == 303, answer.text
    return found
