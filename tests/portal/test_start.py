"""The start page of those who are no clinic's: how much waits for each, by their tasks alone."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from storage.acts import Acts, Done
from storage.people import end, give
from tests.api.asking import TODAY
from tests.portal.visiting import Browser, Portal


def cards(browser: Browser) -> dict[str, str]:
    """The texts of the cards, by their headlines."""
    page = browser.get("/portal").text
    found = re.findall(r"<article>\s*<h2>([^<]*)</h2>(.*?)</article>", page, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for name, text in found}


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("assessor", {"Ansökningar att bedöma", "Rader som väntar"}),
        ("consultant", {"Frågor till dig"}),
        ("log_reviewer", {"Loggen"}),
        ("administrator", {"Uppdrag som upphör inom en månad"}),
        ("reader", set()),
        ("registrar", set()),
    ],
)
def test_each_is_told_of_what_is_theirs(shared: Portal, who: str, names: set[str]) -> None:
    assert cards(shared.signed_in(who)).keys() == names


def test_assignments_that_end_soon_are_counted(shared: Portal) -> None:
    admin = shared.signed_in("administrator")
    name = "Uppdrag som upphör inom en månad"
    assert "Ingenting väntar" in cards(admin)[name]
    for number, days in enumerate((-1, 0, 31, 32)):
        last = TODAY + timedelta(days=days)

        def given(connection: Connection, number: int = number, last: date = last) -> Done[int]:
            whose, first = f"SE2321000057-E{number}", TODAY.replace(month=1)
            key, entry = give(connection, whose, "x", "reader", None, first, last)
            return key, [entry]

        key = Acts(shared.database).do(given)
    text = cards(admin)[name]
    assert text.startswith(f"2 Det första upphör {TODAY}")
    Acts(shared.database).do(lambda connection: (None, [end(connection, key - 2)]))
    assert cards(admin)[name].startswith("1 ")


def test_the_log_says_when_it_was_last_reviewed(shared: Portal) -> None:
    reviewer = shared.signed_in("log_reviewer")
    assert "inte granskad på tre månader" in cards(reviewer)["Loggen"]
    assert reviewer.post("/portal/log/review", {}).status_code == 303
    assert "Senast granskad" in cards(reviewer)["Loggen"]
