"""Why something is not done with a run, in Swedish, for the command and the API alike."""

from typing import Final, Protocol

from terms.money import kronor


class Refusal(Protocol):
    """Any fault of a run, a step, an approval or an answer."""

    @property
    def code(self) -> str:
        """Which one."""


TEXTS: Final = {
    "through_on_ahead": "sista dagen (through_on) har inte varit än",
    "pay_on_passed": "betalningsdagen (pay_on) har redan varit",
    "rules_missing": "regionen har ingen attestordning för dagen",
    "chart_missing": "regionen har ingen kontoplan",
    "payer_missing": "det står inte vem som betalar; lägg in det med partitur payees payer",
    "bank_unknown": "det finns ingen fil med den bankens önskemål",
    "person_missing": "token säger inte vems den är; ge ut en ny med --person",
    "nothing_to_settle": "det finns ingenting att avräkna",
    "run_open": "en annan avräkning är öppen; exportera eller kasta den först",
    "other_region": "det som är bevarat här betalas av en annan region",
    "not_in_this_state": "det går inte i avräkningens läge",
    "run_differs": "avräkningen är inte den som visades; läs den igen",
    "prepared_by_same_person": "den som förberett avräkningen attesterar den inte",
    "approved_by_same_person": "samma person attesterar inte två gånger",
    "own_clinic": "den som hör till en klinik som betalas attesterar inte",
    "role_may_not_approve": "rollen får inte attestera",
    "above_limit_of_role": "beloppet är över rollens gräns",
    "payment_unknown": "betalningen finns inte i avräkningen",
    "amount_differs": "beloppet är ett annat än det som sändes",
    "returned_before": "betalningen har redan kommit tillbaka",
    "name_missing": "namnet saknas",
    "name_unprintable": "namnet är för långt, eller har tecken som inte går att skriva",
    "bankgiro_invalid": "bankgironumret är inte giltigt",
    "account_invalid": "clearingnumret ska ha fyra siffror och kontonumret högst tolv",
}
"""One for each code."""


def told(fault: Refusal) -> str:
    """A fault in words, with what it names."""
    text = TEXTS[fault.code]
    limit_ore = getattr(fault, "limit_ore", None)
    if limit_ore is not None:
        return f"{text}, {kronor(limit_ore)}"
    for name in ("reference", "state", "number"):
        value = getattr(fault, name, None)
        if value is not None:
            return f"{text} ({value})"
    return text
