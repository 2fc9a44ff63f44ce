"""What is done at a visit: the lines that a clinic bills for it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from population.people import Person
from tariffs.pricelist import Action

Row = dict[str, Any]

_LONG = frozenset({"209", "342", "343"})
_PREVENTION = frozenset({"201", "205", "206", "207", "208", "311", "312", "321", "341"}) | _LONG
_BY_HYGIENIST = frozenset({"201", "205", "206", "311", "312", "314", "341", "342"})
_OUTSIDE_CEILING = frozenset({"822", "823", "827", "828", "829"})
_CEILING_ORE = {"jonkoping": 1_560_000, "dalarna": 1_950_000, "vasterbotten": 1 << 60}
_TEETH = [f"{quadrant}{position}" for quadrant in range(1, 5) for position in range(1, 8)]
_FRONT = "123"
_SURFACES = {1: ["M", "D", "O", "B"], 2: ["MO", "DO", "MB"], 3: ["MOD", "MODB", "DOB"]}
_FINDINGS = ["3010", "3021", "4001", "4071", "4072", "4080", "5033"]


class Visits:
    """Makes the lines of visits, and keeps what a patient has used of each year's limits, so that
    a visit stays within them unless the patient is one of those who do not."""

    def __init__(self, person: Person, prices: Mapping[str, Action], rng: Random) -> None:
        self._person = person
        self._prices = prices
        self._rng = rng
        self._used: Counter[tuple[int, str]] = Counter()
        self._asks_less = rng.random() < 0.1

    def examination(self, day: date) -> list[Row]:
        """The yearly examination, with x-rays and some prevention."""
        rng = self._rng
        code = rng.choices(["101", "111", "112"], [62, 24, 14])[0]
        lines = [self._line(day, code)]
        if rng.random() < 0.75:
            lines.append(self._line(day, rng.choices(["127", "124", "123"], [70, 22, 8])[0]))
        for code, chance in (("121", 0.35), ("206", 0.4), ("311", 0.35), ("341", 0.4)):
            if rng.random() < chance:
                lines.append(self._line(day, code, tooth=code == "121"))
        return self._within(day, lines)

    def other(self, day: date) -> list[Row]:
        """Whatever else patients come for."""
        rng = self._rng
        makers = (
            self._prevention, self._fillings, self._acute, self._extraction, self._root_canal,
            self._prosthetics, self._extended,
        )  # fmt: skip
        maker = rng.choices(makers, [34, 30, 16, 8, 5, 4, 3])[0]
        return self._within(day, maker(day))

    def applied_for(self, day: date) -> list[Row]:
        """Care that an application approves; one in three names it."""
        application = self._person.application
        assert application is not None
        names = {"preassessment": application.id} if self._rng.random() < 0.35 else {}
        return [
            self._line(day, line.code, tooth=line.code[0] in "58") | names | _zone(line.code)
            for line in application.lines
        ] or [self._line(day, "103")]

    def specialist(self, day: date) -> list[Row]:
        """A visit to a specialist clinic."""
        codes = self._rng.sample(["115", "116", "133", "163", "164", "407", "124"], 2)
        return [self._line(day, code, is_specialist=True) for code in codes]

    def _prevention(self, day: date) -> list[Row]:
        rng = self._rng
        main = rng.choices(["341", "342", "343", "208", "207", "209"], [44, 14, 4, 18, 16, 4])[0]
        lines = [self._line(day, main)]
        for code, chance in (
            ("206", 0.55), ("311", 0.5), ("205", 0.3), ("312", 0.4), ("114", 0.12), ("201", 0.25),
        ):  # fmt: skip
            if rng.random() < chance:
                lines.append(self._line(day, code, hygienist=True))
        return lines

    def _fillings(self, day: date) -> list[Row]:
        rng = self._rng
        lines = []
        for tooth in rng.sample(_TEETH, rng.choices([1, 2, 3, 4], [24, 38, 26, 12])[0]):
            size = rng.choices([1, 2, 3], [40, 36, 24])[0]
            code = str((700 if tooth[1] in _FRONT else 703) + size)
            line = self._line(day, code)
            line |= {"tooth": tooth, "surfaces": rng.choice(_SURFACES[size])}
            lines.append(line)
        if rng.random() < 0.7:
            lines.append(self._line(day, "121") | {"tooth": lines[0]["tooth"]})
        if rng.random() < 0.4:
            lines.append(self._line(day, "302"))
        return lines

    def _acute(self, day: date) -> list[Row]:
        rng = self._rng
        lines = [self._line(day, rng.choices(["103", "113"], [84, 16])[0])]
        if rng.random() < 0.7:
            lines.append(self._line(day, "121", tooth=True))
        code = rng.choices(["301", "302", "303", "401", "704"], [34, 30, 12, 14, 10])[0]
        lines.append(self._line(day, code, tooth=code in {"401", "704"}))
        return lines

    def _extraction(self, day: date) -> list[Row]:
        rng = self._rng
        teeth = rng.sample(_TEETH, rng.choices([1, 2, 3], [70, 20, 10])[0])
        code = rng.choices(["401", "402", "403"], [60, 20, 20])[0]
        lines = [self._line(day, code) | {"tooth": tooth} for tooth in teeth]
        if rng.random() < 0.1:
            lines = [self._line(day, "404") | _zone("404")]
        return [self._line(day, "121") | {"tooth": teeth[0]}, *lines, self._line(day, "301")]

    def _root_canal(self, day: date) -> list[Row]:
        rng = self._rng
        tooth = rng.choice([tooth for tooth in _TEETH if tooth[1] in "123456"])
        code = rng.choices(["501", "502", "503"], [55, 25, 20])[0]
        lines = [self._line(day, code), self._line(day, "121")]
        if rng.random() < 0.5:
            lines.append(self._line(day, "521"))
        return [line | {"tooth": tooth} for line in lines]

    def _prosthetics(self, day: date) -> list[Row]:
        rng = self._rng
        if self._person.region == "vasterbotten":
            return [self._line(day, "103"), self._line(day, "604")]
        code = rng.choices(
            ["831", "832", "834", "811", "827", "829", "822", "845"],
            [30, 18, 10, 16, 6, 6, 8, 6],
        )[0]
        return [self._line(day, "103"), self._line(day, code)]

    def _extended(self, day: date) -> list[Row]:
        return [self._line(day, "107"), self._line(day, "124"), self._line(day, "121", tooth=True)]

    def _line(
        self,
        day: date,
        code: str,
        *,
        tooth: bool = False,
        hygienist: bool = False,
        is_specialist: bool = False,
    ) -> Row:
        rng = self._rng
        action = self._prices.get(code)
        is_light = hygienist or (code[0] in "123" and rng.random() < 0.4)
        performer = "hygienist" if is_light else "dentist"
        if action is None:
            price = 120_000
        else:
            price = (action.specialist_ore if is_specialist else action.general_ore) or 100_000
            performer = action.performed_by or performer
        if self._asks_less:
            price = price * 95 // 100
        line: Row = {"treated_on": day, "code": code, "price_ore": price, "performer": performer}
        if tooth:
            line["tooth"] = rng.choice(_TEETH[:5])
        if code[0] in "3457" and rng.random() < 0.7:
            line["conditions"] = [rng.choice(_FINDINGS)]
        if code in {"303", "304"}:
            line["documents"] = [{"kind": "day_note", "name": f"anteckning-{day}.pdf"}]
        return line

    def _within(self, day: date, lines: list[Row]) -> list[Row]:
        """The lines without those that would pass what is left of the year."""
        return [line for line in lines if self._takes(day.year, line)]

    def _takes(self, year: int, line: Row) -> bool:
        code, used = line["code"], self._used
        keys = {"prevention": (7, _PREVENTION), "long": (3, _LONG), "107": (1, {"107"})}
        keys["114"] = (2, {"114"})
        counted = [name for name, (_, codes) in keys.items() if code in codes]
        if line["performer"] == "hygienist" and code in _BY_HYGIENIST:
            keys["hygienist"] = (6, _BY_HYGIENIST)
            counted.append("hygienist")
        ore = 0 if code in _OUTSIDE_CEILING else line["price_ore"]
        if used[year, "ore"] + ore > _CEILING_ORE[self._person.region]:
            return self._person.sums_freely
        if any(used[year, name] >= keys[name][0] for name in counted):
            return self._person.counts_freely
        used[year, "ore"] += ore
        for name in counted:
            used[year, name] += 1
        return True


def _zone(code: str) -> Row:
    return {"zone": "13-23"} if code in {"404", "405"} else {}
