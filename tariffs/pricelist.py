"""Price lists: what an action is called, who performs it and what it may cost.

A region's tariff is a TOML file that says from when and on what ground, and names the CSV with one
row a code. Prices in the CSV are whole kronor, as published; everywhere else they are öre.
"""

import csv
import io

import msgspec

from tariffs.actions import base_of
from terms.citation import Rule, RuleFile
from terms.errors import RuleFileError
from terms.vocabulary import CareLevel, Performer

_COLUMNS = ["code", "performed_by", "name_sv", "general_sek", "specialist_sek"]


class SpecialistSuffix(Rule, frozen=True, kw_only=True):
    """A letter that turns a code into its specialist price, at any clinic."""

    suffix: str


class TariffFile(RuleFile, frozen=True, kw_only=True):
    """The head of a tariff. `stands_in` says that the prices are another's, until the region's own
    are known; `prices` is the CSV, named from the `prices` folder."""

    stands_in: bool = False
    prices: str
    tariff: Rule
    specialist_suffix: SpecialistSuffix
    performer: Rule


class Action(msgspec.Struct, frozen=True):
    """One code of a price list; a price that is None is not offered at that care level."""

    code: str
    name: str
    performed_by: Performer | None
    general_ore: int | None
    specialist_ore: int | None


class PriceList(msgspec.Struct, frozen=True):
    """A region's prices from one day on."""

    file: TariffFile
    actions: dict[str, Action]

    def rules(self) -> list[Rule]:
        """Every rule of the list's file."""
        return [self.file.tariff, self.file.specialist_suffix, self.file.performer]

    def price_ore(self, code: str, care_level: CareLevel) -> int | None:
        """The price of a code in öre, or None where the list has none.

        A code with the specialist suffix that does not stand in the list itself has the
        specialist price of its base at any care level.
        """
        action = self.actions.get(code)
        if action is not None:
            return action.general_ore if care_level == "general" else action.specialist_ore
        base, suffix = code[:-1], code[-1:]
        if suffix == self.file.specialist_suffix.suffix and base in self.actions:
            return self.actions[base].specialist_ore
        return None

    def action(self, code: str) -> Action | None:
        """The row of the code itself or of its base."""
        return self.actions.get(code) or self.actions.get(base_of(code) or "")


def read_prices(name: str, content: bytes) -> dict[str, Action]:
    """The rows of a price CSV by code. Raises RuleFileError naming file and row."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
    except UnicodeDecodeError as error:
        raise RuleFileError(name, f"inte UTF-8 ({error})") from error
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise RuleFileError(name, f"saknar kolumnen {missing[0]}")
    actions: dict[str, Action] = {}
    for row in reader:
        if None in row.values() or None in row:
            raise RuleFileError(name, f"rad {reader.line_num}: fler eller färre fält än rubriken")
        code = row["code"]
        if code in actions:
            raise RuleFileError(name, f"rad {reader.line_num}: koden {code} står två gånger")
        try:
            actions[code] = msgspec.convert(
                {
                    "code": code,
                    "name": row["name_sv"],
                    "performed_by": row["performed_by"] or None,
                    "general_ore": _ore(row["general_sek"]),
                    "specialist_ore": _ore(row["specialist_sek"]),
                },
                Action,
            )
        except (ValueError, msgspec.ValidationError) as error:
            raise RuleFileError(name, f"rad {reader.line_num}: {error}") from error
    return actions


def _ore(kronor: str) -> int | None:
    """Whole kronor of the CSV in öre; an empty cell is no price."""
    if kronor == "":
        return None
    if not (kronor.isascii() and kronor.isdigit()):
        raise ValueError(f"priset {kronor!r} är inte hela kronor")
    return int(kronor) * 100
