"""All regions' rules: which rulebook decides a line of this region and support on this day."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from posixpath import dirname, join
from typing import Any, NamedTuple

import msgspec

from adjudication.compiling import Codes, Texts, codes_named, compile_rulebook, without_rules
from adjudication.days import KnownDays
from adjudication.directions import Deadline, Directions
from adjudication.plain import NO_SITE
from adjudication.rulebook import Rulebook, TreatmentDay
from preassessments.requirements import ApplicationRules
from quotas.record import Sites
from registry.categories import CardRules
from tariffs.actions import expand, named
from tariffs.patientfee import PatientFee, fee_of_day
from tariffs.pricelist import PriceList, TariffFile, read_prices
from terms.citation import Citation, RuleFile, Source, as_rules, read_toml
from terms.editions import Timeline
from terms.errors import RuleFileError
from terms.period import FIRST_DAY, LAST_DAY, day_number, last_day_of_month
from terms.vocabulary import Support

MOST_DAYS_REMEMBERED = 20_000
MOST_CODES = 0xFFF


class Calendar:
    """One region and support, day by day; a day is worked out when it is first met."""

    __slots__ = ("_days", "_first_days", "_in_force", "_library", "_region", "_support")

    def __init__(self, library: "Library", region: "RegionRules | None", support: Support) -> None:
        self._library = library
        self._region = region
        self._support: Support = support
        self._days: dict[date, TreatmentDay] = {}
        self._first_days = [] if region is None else region.first_days(support)
        self._in_force: dict[int, tuple[Texts | None, Rulebook]] = {}

    def on(self, day: date) -> TreatmentDay:
        """The day with its rulebook; without an edition, one that sends every line to a person."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= MOST_DAYS_REMEMBERED:
                self._days.clear()
            found = self._days[day] = self._work_out(day)
        return found

    def _work_out(self, day: date) -> TreatmentDay:
        texts, book = self._on(day)
        last_day = fee = None
        if texts is not None:
            last_day = last_day_to_bill(texts.directions.deadline, day)
            fee = fee_of_day(texts.fee, day)
        period = book.counting.period(day, ())
        return TreatmentDay(day, day_number(day), book, period, last_day, fee)

    def _on(self, day: date) -> tuple[Texts | None, Rulebook]:
        """The files in force and what is made of them, once for all days until others are."""
        is_known = FIRST_DAY <= day <= LAST_DAY
        place = bisect_right(self._first_days, day) if is_known else 0
        found = self._in_force.get(place)
        if found is None:
            library, texts = self._library, None
            codes = library.codes_of(self._region)
            if self._region is not None and place > 0:
                texts = self._region.texts_on(self._support, day)
            if texts is None:
                book = without_rules(self._support, codes, library.sites)
            else:
                book = compile_rulebook(self._support, texts, codes, library.sites, library.sources)
            found = self._in_force[place] = texts, book
        return found


def last_day_to_bill(deadline: Deadline | None, day: date) -> date | None:
    """The last day on which care of a day can be billed, or None where no deadline is known."""
    if deadline is None:
        return None
    if deadline.days_after_treatment is not None:
        return day + timedelta(days=deadline.days_after_treatment)
    return last_day_of_month(day, deadline.months_after_treatment_month or 0)


class _Text(NamedTuple):
    """A rule file as read, with its content for the digest."""

    name: str
    rules: Any
    content: bytes


class RegionRules:
    """One region's rule files: directions by support, price lists, fees and cards, each by day; and
    by support what an application must hold, which decides no line of an invoice."""

    def __init__(self, region: str, texts: list[_Text]) -> None:
        self.region = region
        self._contents = {id(text.rules): text.content for text in texts}
        self._texts = texts
        self.prices: Timeline[PriceList] = _timeline(texts, PriceList)
        self.fees: Timeline[PatientFee] = _timeline(texts, PatientFee)
        self.cards: Timeline[CardRules] = _timeline(texts, CardRules)
        self.applications: dict[Support, Timeline[ApplicationRules]] = {}
        self.directions: dict[Support, Timeline[Directions]] = {}
        directions = [text for text in texts if isinstance(text.rules, Directions)]
        for support in sorted({one for text in directions for one in text.rules.supports}):
            of_support = [text for text in directions if support in text.rules.supports]
            self.directions[support] = _timeline(of_support, Directions)
        for text in directions:
            self._check(text.name, text.rules)
        applications = [text for text in texts if isinstance(text.rules, ApplicationRules)]
        for support in sorted({text.rules.support for text in applications}):
            of_support = [text for text in applications if text.rules.support == support]
            self.applications[support] = _timeline(of_support, ApplicationRules)
        for text in applications:
            self._check_application(text.name, text.rules)
        self._check_ids()

    @property
    def name(self) -> str:
        """The region's name as people write it."""
        return list(self.cards)[-1].name

    def texts_on(self, support: Support, day: date) -> Texts | None:
        """The files in force on a day, or None without directions for the support."""
        timeline = self.directions.get(support)
        directions = None if timeline is None else timeline.on(day)
        if directions is None:
            return None
        cards, fee, prices = self.cards.on(day), self.fees.on(day), self.prices.on(day)
        assert cards is not None, day  # both were looked for when the files were read
        assert fee is not None, day
        files = [directions, cards, fee] if prices is None else [directions, cards, fee, prices]
        contents = tuple(self._contents[id(file)] for file in files)
        return Texts(directions, cards, fee, prices, self._lists(day), contents)

    def first_days(self, support: Support) -> list[date]:
        """The days from the first directions on on which other files than before are in force."""
        directions = self.directions.get(support)
        if directions is None:
            return []
        timelines = (directions, self.cards, self.fees, self.prices)
        first = directions.first_days[0]
        return sorted({day for one in timelines for day in one.first_days if day >= first})

    def _lists(self, day: date) -> tuple[PriceList, ...]:
        """All price lists: those in force by the day, the newest first, then later ones."""
        lists = list(self.prices)
        begun = sum(first <= day for first in self.prices.first_days)
        return (*reversed(lists[:begun]), *lists[begun:])

    def codes(self) -> set[str]:
        """Every code the region knows, whatever the day: priced, or named by directions."""
        priced = {code for prices in self.prices for code in prices.actions}
        return priced.union(
            *(codes_named(one) for timeline in self.directions.values() for one in timeline)
        )

    def _check(self, name: str, directions: Directions) -> None:
        """Whatever a rulebook of these directions needs exists from their first day."""
        first = directions.valid_from
        if not FIRST_DAY <= first <= LAST_DAY:
            raise RuleFileError(name, f"valid_from: {first} ligger inte mellan 2000 och 2179")
        deadline = directions.deadline
        if deadline is not None and (deadline.days_after_treatment is None) == (
            deadline.months_after_treatment_month is None
        ):
            raise RuleFileError(name, "deadline: ange antingen dagar eller månader")
        if len({one.joins_supports for one in directions.ceiling if one.renewed_by_approval}) > 1:
            raise RuleFileError(name, "ceiling: alla som förnyas ska gälla samma stöd")
        try:
            codes_named(directions)
        except ValueError as error:
            raise RuleFileError(name, str(error)) from error
        if not len(self.prices):
            raise RuleFileError(name, f"regionen {self.region} har ingen prislista")
        for timeline, what in ((self.cards, "kort"), (self.fees, "patientavgift")):
            if timeline.on(first) is None:
                raise RuleFileError(
                    name, f"{what} saknas den {first}, då anvisningarna börjar gälla"
                )

    def _check_application(self, name: str, rules: ApplicationRules) -> None:
        """They are about a support that has directions by then, and name codes as those do."""
        directions = self.directions.get(rules.support)
        if directions is None or directions.on(rules.valid_from) is None:
            raise RuleFileError(
                name, f"support: anvisningar för {rules.support} saknas den {rules.valid_from}"
            )
        for rule in rules.required:
            try:
                named(rule.codes)
            except ValueError as error:
                raise RuleFileError(name, str(error)) from error

    def _check_ids(self) -> None:
        """No rule has the id of another in its file, or in one of another sort: those may be in
        force together."""
        first: dict[str, _Text] = {}
        for text in self._texts:
            ids = [rule.id for rule in text.rules.rules()]
            for one in ids:
                other = first.setdefault(one, text)
                if ids.count(one) > 1 or type(other.rules) is not type(text.rules):
                    raise RuleFileError(text.name, f"regeln {one} finns redan i {other.name}")


class Library:
    """The rules of all regions, from the contents of their files by name. `sites` are the numbers
    that histories have for tooth, zone and surfaces."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.sources: dict[str, Source] = {}
        by_region: dict[str, list[_Text]] = {}
        for name, content in sorted(files.items()):
            if name.endswith("sources.toml"):
                self.sources.update(as_rules(name, read_toml(name, content), dict[str, Source]))
        for name, content in sorted(files.items()):
            if name.endswith(".toml") and not name.endswith(("sources.toml", "contract.toml")):
                text = _read(name, content, files)
                by_region.setdefault(_head(text.rules).region, []).append(text)
                self._check_sources(text)
        self.regions = {name: RegionRules(name, texts) for name, texts in by_region.items()}
        self.contract = _read_contract(files, self.sources)
        self._numbers: dict[str, int] = {}
        self.with_interval: frozenset[int] = frozenset()
        self._codes: dict[str | None, Codes] = {}
        self._number_codes()
        self.sites = Sites({NO_SITE: 0})
        self.days = KnownDays(self._day)
        self._calendars: dict[tuple[str, Support], Calendar] = {}
        self._nowhere = Calendar(self, None, "N")

    def _day(self, region: str, support: Support, on: date) -> TreatmentDay:
        return self.calendar(region, support).on(on)

    @property
    def region_names(self) -> dict[str, str]:
        """What each region is called, by its key, in the order of the keys."""
        return {key: one.name for key, one in sorted(self.regions.items())}

    def calendar(self, region: str, support: Support) -> Calendar:
        """A region's days for a support; of a region without files, days without rules."""
        key = (region, support)
        found = self._calendars.get(key)
        if found is None:
            rules = self.regions.get(region)
            if rules is None:
                return self._nowhere
            found = self._calendars[key] = Calendar(self, rules, support)
        return found

    def number_of(self, code: str) -> int:
        """A code's number in histories; 0 of one that no file knows any more."""
        return self._numbers.get(code, 0)

    def codes_of(self, region: RegionRules | None) -> Codes:
        """The codes that a region knows; of a region without files, those of any price list."""
        return self._codes[None if region is None else region.region]

    def cite(self, rule: str, book: Rulebook | None) -> Citation:
        """Where a finding's rule comes from."""
        if rule.startswith("contract/"):
            return self.contract[rule.removeprefix("contract/")]
        if book is None:
            raise KeyError(rule)
        return book.citations[rule]

    def _number_codes(self) -> None:
        """Give each code of any region one number, the same for the same files."""
        known = {name: region.codes() for name, region in self.regions.items()}
        everywhere = sorted(set().union(*known.values()))
        if len(everywhere) > MOST_CODES:
            raise RuleFileError("prislistorna", f"fler än {MOST_CODES} koder")
        self._numbers = {code: number for number, code in enumerate(everywhere, start=1)}
        self.with_interval = frozenset(
            self._numbers[code]
            for name, region in self.regions.items()
            for timeline in region.directions.values()
            for directions in timeline
            for interval in directions.interval
            for code in expand(interval.codes, known[name])
        )
        priced = {
            code
            for one in self.regions.values()
            for prices in one.prices
            for code in prices.actions
        }
        for region, codes in (*known.items(), (None, priced)):
            self._codes[region] = Codes(
                {code: self._numbers[code] for code in sorted(codes)},
                self._numbers,
                self.with_interval,
            )

    def _check_sources(self, text: _Text) -> None:
        rules = text.rules.rules()
        for source in (_head(text.rules).source, *(rule.source for rule in rules if rule.source)):
            if source not in self.sources:
                raise RuleFileError(text.name, f"källan {source} finns inte i sources.toml")


def _head(rules: RuleFile | PriceList) -> RuleFile:
    return rules.file if isinstance(rules, PriceList) else rules


def _read(name: str, content: bytes, files: Mapping[str, bytes]) -> _Text:
    """A rule file of whichever sort its tables tell."""
    tables = read_toml(name, content)
    if "supports" in tables:
        return _Text(name, as_rules(name, tables, Directions), content)
    if "support" in tables:
        return _Text(name, as_rules(name, tables, ApplicationRules), content)
    if "category" in tables:
        cards = as_rules(name, tables, CardRules)
        for category, count in Counter(one.name for one in cards.category).items():
            if count > 1:
                raise RuleFileError(name, f"category: {category} finns två gånger")
        return _Text(name, cards, content)
    if "fee" in tables:
        return _Text(name, as_rules(name, tables, PatientFee), content)
    if "prices" in tables:
        tariff = as_rules(name, tables, TariffFile)
        csv_name = join(dirname(dirname(name)), tariff.prices)
        if csv_name not in files:
            raise RuleFileError(name, f"prices: filen {csv_name} finns inte")
        prices = PriceList(tariff, read_prices(csv_name, files[csv_name]))
        return _Text(name, prices, content + b"\0" + files[csv_name])
    raise RuleFileError(
        name,
        "är varken anvisningar (supports), kort (category), bedömningsansökan (support), "
        "avgift (fee) eller taxa (prices)",
    )


def _timeline(texts: Iterable[_Text], kind: type[Any]) -> Timeline[Any]:
    """The texts of one kind by day. Two with the same first day leave open which is in force."""
    editions: dict[date, Any] = {}
    for text in texts:
        if isinstance(text.rules, kind):
            first = _head(text.rules).valid_from
            if first in editions:
                raise RuleFileError(text.name, f"en annan fil börjar också gälla {first}")
            editions[first] = text.rules
    return Timeline(editions.items())


class _ContractRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: str
    source: str


def _read_contract(files: Mapping[str, bytes], sources: dict[str, Source]) -> dict[str, Citation]:
    """The citations of `contract/<code>` rules, by code."""
    citations: dict[str, Citation] = {}
    for name, content in files.items():
        if name.endswith("contract.toml"):
            rules = as_rules(name, read_toml(name, content), dict[str, _ContractRule])
            for code, rule in rules.items():
                if rule.source not in sources:
                    raise RuleFileError(name, f"källan {rule.source} finns inte i sources.toml")
                citations[code] = Citation(
                    f"contract/{code}", rule.place, sources[rule.source], "stated"
                )
    return citations
