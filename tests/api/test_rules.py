"""Rule books, sources and findings over HTTP: the same sentences as the command's, typed and with
all that OpenAPI promises; what is not there is told with what is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adjudication.findings import LINE, WHOLE_INVOICE, Finding
from adjudication.wording.reference import code_of
from api.app import application
from cli.main import main
from registry.roles import TASKS, Role, may
from storage.access import issue
from storage.database import Database
from storage.schema import upgrade
from terms.money import kronor
from tests import desks
from tests.serving import attachments_of, bearer
from tests.wording.english import leaks

TODAY = date(2026, 5, 1)
LATER = str(desks.TEST_RULES / "later")
EVERY_FINDING: tuple[type[Finding], ...] = (*WHOLE_INVOICE, *LINE)
LIBRARY = desks.library()
EVERY_BOOK = [
    (name, support, day)
    for name, region in LIBRARY.regions.items()
    for support in region.directions
    for day in (region.directions[support].first_days[0], TODAY)
]
ADDRESSES = [
    "/rules",
    "/rules/jonkoping/F",
    "/rules/diff?before=jonkoping&after=dalarna",
    "/sources",
    "/findings",
]


class Ask:
    """Asks for an address, and gives its answer, which has this status."""

    def __init__(self, client: TestClient[Litestar], tokens: Mapping[Role, str]) -> None:
        self._client = client
        self._tokens = tokens

    def __call__(
        self, address: str, status: int = 200, role: Role | None = "reader", **parameters: str
    ) -> Any:
        headers = {} if role is None else bearer(self._tokens[role])
        answer = self._client.get(address, params=parameters or None, headers=headers)
        assert answer.status_code == status, answer.text
        kind = "application/json" if status == 200 else "application/problem+json"
        assert answer.headers["content-type"].startswith(kind)
        return answer.json()


@contextmanager
def asking(folder: Path, *rules: str) -> Iterator[Ask]:
    """The API over a database of its own, with a token of each role."""
    database = Database(f"sqlite:///{folder / 'partitur.db'}")
    upgrade(database)
    tokens: dict[Role, str] = {}
    with database.writing() as connection:
        for role in TASKS:
            clinic = "SE2321000057-4F2A" if role == "clinic" else None
            tokens[role], _ = issue(connection, role, role, clinic)
    app = application(
        database, desks.library(*rules), "jonkoping", lambda: TODAY, attachments_of(database)
    )
    with TestClient(app) as client:
        yield Ask(client, tokens)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with asking(tmp_path_factory.mktemp("packaged")) as one:
        yield one


@pytest.fixture(scope="module")
def ask_later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Of the packaged rules with later editions of Jönköping's."""
    with asking(tmp_path_factory.mktemp("later"), "later") as one:
        yield one


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `partitur rules` prints, without its layout."""
    assert main(["rules", *arguments]) == 0
    lines = (line.strip().removeprefix("• ") for line in capsys.readouterr().out.splitlines())
    return " ".join(" ".join(line for line in lines if line.strip("=-")).split())


class Numbered:
    """The sources of a page, numbered as they are met."""

    def __init__(self) -> None:
        self.sources: list[Any] = []

    def reference(self, rule: Any) -> str:
        if rule["source"] not in self.sources:
            self.sources.append(rule["source"])
        assumed = f" – antaget: {rule['assumed']}" if rule["assumed"] else ""
        return f"{rule['place']} [{self.sources.index(rule['source']) + 1}]{assumed}"

    def listed(self) -> list[str]:
        return ["Källor", *(f"[{n}] {cited(one)}" for n, one in enumerate(self.sources, 1))]


def cited(source: Any) -> str:
    dated = f", {source['dated']}" if source["dated"] else ""
    return f"{source['title']}. {source['publisher']}{dated}."


def page(book: Any) -> str:
    """A book as it is printed, without the layout."""
    sources = Numbered()
    numbers = "Siffran efter varje plats är källans nummer i förteckningen sist."
    said = [book["title"], book["in_force"], numbers]
    for section in book["sections"]:
        said.append(section["title"])
        for reference, rules in groupby(section["rules"], sources.reference):
            said += [*(rule["text"] for rule in rules), reference]
        said.append(section["lacking"] or "")
    return " ".join(" ".join([*said, *sources.listed()]).split())


def diff_page(found: Any, words: tuple[str, str, str, str, str]) -> str:
    """What differs as it is printed, down to the first price, without the layout. The words are
    those for before and after, changed, new and gone."""
    before, after, changed, new, gone = words
    sources = Numbered()
    both = [one for one in found["rules"] if one["before"] and one["after"]]
    said = [changed] if both else []
    for section, pairs in groupby(both, lambda one: one["section"]):
        said.append(section)
        for one in pairs:
            for word, side in ((before, one["before"]), (after, one["after"])):
                said.append(f"{word}: {side['text']} ({sources.reference(side)})")
    for title, side, other in ((new, "after", "before"), (gone, "before", "after")):
        alone = [one for one in found["rules"] if not one[other]]
        said += [title] if alone else []
        for one in alone:
            rule = one[side]
            said += [rule["text"], f"{one['section']}, {sources.reference(rule)}"]
    prices = found["prices"]
    if prices:
        many = "åtgärd" if len(prices) == 1 else "åtgärder"
        said += ["Priser i prislistan", f"{len(prices)} {many} har ett annat pris."]
        said.append("Åtgärd Allmän, före efter Specialist, före efter")
        for one in prices:
            said.append(one["code"])
            for level in ("general_ore", "specialist_ore"):
                for side in (one["before"], one["after"]):
                    said.append(kronor(side[level]) if side and side[level] else "saknas")
    else:
        said += sources.listed()
    return " ".join(" ".join(said).split())


# --- which there are ---------------------------------------------------------------------------


def test_every_region_and_support_is_listed_with_its_editions(ask: Ask) -> None:
    regions = ask("/rules")["regions"]
    assert [one["region"] for one in regions] == sorted(LIBRARY.regions)
    for region in regions:
        rules = LIBRARY.regions[region["region"]]
        assert region["name"] == rules.name
        assert {one["support"] for one in region["supports"]} == set(rules.directions)


def test_editions_are_those_of_decisions_on_each_of_their_days(ask_later: Ask) -> None:
    library = desks.library("later")
    counts = []
    for region in ask_later("/rules")["regions"]:
        for support in region["supports"]:
            editions = support["editions"]
            counts.append(len(editions))
            calendar = library.calendar(region["region"], support["support"])
            for one, following in zip(editions, [*editions[1:], None], strict=True):
                first = date.fromisoformat(one["valid_from"])
                last = date.fromisoformat(one["valid_to"] or "2150-01-01")
                for day in (first, last):
                    edition = calendar.on(day).book.edition
                    assert msgspec.to_builtins(edition) == one["edition"]
                if following is None:
                    assert one["valid_to"] is None
                else:
                    after = date.fromisoformat(following["valid_from"])
                    assert (after - last).days == 1
            start = date.fromisoformat(editions[0]["valid_from"])
            assert calendar.on(date.fromordinal(start.toordinal() - 1)).book.edition is None
    assert max(counts) > 2


def test_how_a_day_is_known_is_that_of_what_begins_on_it(ask: Ask) -> None:
    known = {
        (region["region"], one["valid_from"]): one["dated_by"]
        for region in ask("/rules")["regions"]
        for support in region["supports"]
        for one in support["editions"]
    }
    assert known["jonkoping", "2018-12-27"] == "page-updated"
    assert known["jonkoping", "2026-01-01"] == "assumed"  # the prices
    assert known["vasterbotten", "2023-02-23"] == "stated"


# --- a book ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "support", "day"), EVERY_BOOK)
def test_a_book_says_what_the_command_prints(
    ask: Ask, capsys: pytest.CaptureFixture[str], region: str, support: str, day: date
) -> None:
    book = ask(f"/rules/{region}/{support}", on=str(day))
    assert (book["region"], book["support"], book["on"]) == (region, support, str(day))
    assert page(book) == printed(capsys, region, "--support", support, "--on", str(day))
    assert not leaks(page(book), ["docs/deciding.md"])


@pytest.mark.parametrize(("region", "support", "day"), EVERY_BOOK)
def test_a_book_tells_its_edition_and_its_files(
    ask: Ask, region: str, support: Any, day: date
) -> None:
    book = ask(f"/rules/{region}/{support}", on=str(day))
    decided = LIBRARY.calendar(region, support).on(day).book
    assert book["edition"] == msgspec.to_builtins(decided.edition)
    keys = set(LIBRARY.sources)
    for file in book["files"]:
        assert file["name"] in book["in_force"]
        assert f"från {file['valid_from']}" in book["in_force"]
        assert file["source"]["key"] in keys
    said = {rule["rule"]: rule for section in book["sections"] for rule in section["rules"]}
    for citation in decided.citations.values():
        rule = said[citation.rule]
        assert rule["place"] == citation.place
        source = LIBRARY.sources[rule["source"]["key"]]
        assert source == citation.source
        assert rule["source"]["title"] == source.title
        assert bool(rule["assumed"]) == (citation.dated_by == "assumed")


def test_the_day_is_today_unless_it_is_given(ask: Ask) -> None:
    assert ask("/rules/dalarna/N") == ask("/rules/dalarna/N", on=str(TODAY))


def test_stand_in_prices_are_told(ask: Ask) -> None:
    assert ask("/rules/jonkoping/F")["prices"] == "stand_in"
    assert "i stället för regionens egen taxa" in page(ask("/rules/jonkoping/F"))
    assert ask("/rules/jonkoping/F", on="2025-05-01")["prices"] == "none"


def test_own_prices_are_told(tmp_path: Path) -> None:
    with asking(tmp_path, "gransland") as ask:
        regions = {one["region"]: one["supports"] for one in ask("/rules")["regions"]}
        books = [
            ask(f"/rules/gransland/{one['support']}", on=one["editions"][-1]["valid_from"])
            for one in regions["gransland"]
        ]
    assert {one["prices"] for one in books} == {"own"}


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        (
            "/rules/skane/F",
            "Regionen har inga regelfiler; de som har är dalarna, jonkoping och vasterbotten.",
        ),
        ("/rules/dalarna/S", "Region Dalarna har inga regler för det stödet, bara för F och N."),
        ("/rules/dalarna/f", "Region Dalarna har inga regler för det stödet, bara för F och N."),
        (
            "/rules/jonkoping/F?on=2018-12-26",
            "Region Jönköpings län har inga regler 2018-12-26; de äldsta som är inlagda gäller "
            "från 2018-12-27.",
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(ask: Ask, address: str, detail: str) -> None:
    problem = ask(address, 404)
    assert problem["type"] == "urn:partitur:no_rules"
    assert problem["detail"] == detail


# --- what differs ------------------------------------------------------------------------------

OF_DAYS = ("Före", "Efter", "Ändrat", "Nytt", "Borta")
OF_REGIONS = (
    "Region Jönköpings län",
    "Region Dalarna",
    "Olika",
    "Bara i Region Dalarna",
    "Bara i Region Jönköpings län",
)


def test_two_editions_differ_as_the_command_prints(
    ask_later: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = ("jonkoping/F/2026-05-01", "jonkoping/F/2027-08-01")
    found = ask_later("/rules/diff", before=sides[0], after=sides[1])
    expected = diff_page(found, OF_DAYS)
    assert expected in printed(capsys, "diff", *sides, "--rules", LATER)
    assert all(f" {word} " in f" {expected} " for word in OF_DAYS[2:])
    assert found["prices"]
    assert (found["before"]["on"], found["after"]["on"]) == ("2026-05-01", "2027-08-01")
    assert found["before"]["edition"] != found["after"]["edition"]


def test_two_regions_differ_as_the_command_prints(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ask("/rules/diff?before=jonkoping&after=dalarna&on=2026-05-01")
    text = printed(capsys, "diff", "jonkoping", "dalarna", "--on", "2026-05-01")
    assert text.endswith(diff_page(found, OF_REGIONS))
    assert found["before"]["support"] == found["after"]["support"] == "F"
    assert found["prices"] == []


def test_the_same_twice_does_not_differ(ask: Ask) -> None:
    found = ask("/rules/diff?before=dalarna/N/2026-02-01&after=dalarna/N")
    assert (found["rules"], found["prices"]) == ([], [])
    assert found["after"]["on"] == str(TODAY)


def test_a_side_without_a_price_list_says_so(ask: Ask) -> None:
    found = ask("/rules/diff?before=jonkoping/F/2025-05-01&after=jonkoping/F")
    assert (found["before"]["prices"], found["after"]["prices"]) == ("none", "stand_in")
    assert found["prices"] == []


@pytest.mark.parametrize(
    ("parameters", "status", "path", "message"),
    [
        ("before=skane&after=dalarna", 404, "?before", "de som har är dalarna, jonkoping och"),
        ("before=dalarna&after=skane/F", 404, "?after", "de som har är dalarna, jonkoping och"),
        ("before=dalarna/N&after=jonkoping/N", 404, "?after", "bara för F"),
        ("before=dalarna/N/2024-12-31&after=dalarna/N", 404, "?before", "gäller från 2025-01-01"),
        ("before=dalarna&after=dalarna", 400, "?before", "skriv dalarna/F eller dalarna/N"),
        ("before=jonkoping/&after=dalarna", 400, "?before", "skriv REGION, REGION/STÖD eller"),
        ("before=dalarna/N&after=dalarna/N/2026-02-30", 400, "?after", "ska vara en dag som finns"),
        ("before=dalarna/N&after=dalarna/N/2026-W18-5", 400, "?after", "ska vara en dag som"),
    ],
)
def test_a_side_that_is_not_there_is_named(
    ask: Ask, parameters: str, status: int, path: str, message: str
) -> None:
    (fault,) = ask(f"/rules/diff?{parameters}", status)["faults"]
    assert fault["path"] == path
    assert message in fault["message"]


def test_both_sides_are_needed(ask: Ask) -> None:
    assert ask("/rules/diff?before=dalarna/N", 400)["type"] == "urn:partitur:malformed"


# --- sources and findings ----------------------------------------------------------------------


def test_sources_are_listed_as_the_command_prints(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in (TODAY, date(2019, 5, 1)):
        found = ask("/sources", on=str(day))
        text = printed(capsys, "sources", "--on", str(day))
        assert [one["key"] for one in found["sources"]] == list(LIBRARY.sources)
        places = [text.index(cited(one)) for one in found["sources"]]
        assert places == sorted(places)
        for source in found["sources"]:
            assert source["address"] == LIBRARY.sources[source["key"]].address
            first, _, last = ", ".join(source["used_by"]).rpartition(", ")
            users = f"{first} och {last}" if first else last
            assert f"{cited(source)} Används av {users or 'ingen regel'}" in text


def test_findings_are_those_of_the_reference_page(ask: Ask) -> None:
    findings = ask("/findings")["findings"]
    text = (desks.PROJECT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert [one["code"] for one in findings] == [code_of(kind) for kind in EVERY_FINDING]
    for one, kind in zip(findings, EVERY_FINDING, strict=True):
        _, _, part = text.partition(f"### `{one['code']}`\n\n")
        own = part.partition("\n### ")[0]
        facts = [
            f"`{fact['name']}` ({fact['kind']}{', or absent' if fact['is_optional'] else ''})"
            for fact in one["facts"]
        ]
        assert own.startswith(one["meaning"])
        assert f"- Facts: {', '.join(facts) or 'none'}\n" in own
        assert f"> {one['text']}\n" in own
        assert (f"*Att göra:* {one['cure']}\n" in own) == (one["cure"] is not None)
        assert (f"- Outcome: `{one['outcome']}`" in own) == (one["outcome"] is not None)
        assert one["outcome"] == kind.outcome
        assert one["concerns"] == ("invoice" if kind in WHOLE_INVOICE else "line")
        assert not leaks(f"{one['text']} {one['cure'] or ''}")


# --- who may, and how it is asked --------------------------------------------------------------


@pytest.mark.parametrize("role", TASKS)
def test_every_role_but_those_of_the_service_reads_rules(ask: Ask, role: Role) -> None:
    assert may(role, "read_rules") == (role not in {"monitor", "log_reviewer"})
    for address in ADDRESSES:
        ask(address, 200 if may(role, "read_rules") else 403, role)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_reads_rules_without_a_token(ask: Ask, address: str) -> None:
    ask(address, 401, None)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "parameter", ["day=2026-05-01", "onn=2026-05-01", "request=1", "self=1", "region=dalarna"]
)
def test_a_parameter_that_is_not_known_is_refused(ask: Ask, address: str, parameter: str) -> None:
    (fault,) = ask(f"{address}{'&' if '?' in address else '?'}{parameter}", 400)["faults"]
    assert fault["message"] == "parametern är inte känd"
    assert fault["path"] == f"?{parameter.partition('=')[0]}"


WITH_A_DAY = ["/rules/jonkoping/F", "/rules/diff?before=jonkoping&after=dalarna", "/sources"]


@pytest.mark.parametrize("address", WITH_A_DAY)
def test_a_parameter_is_given_once(ask: Ask, address: str) -> None:
    twice = f"{'&' if '?' in address else '?'}on=2026-05-01&on=2026-05-01"
    (fault,) = ask(f"{address}{twice}", 400)["faults"]
    assert (fault["path"], fault["message"]) == ("?on", "är angiven mer än en gång")


@pytest.mark.parametrize("day", ["", "0", "20260501", "2026-02-30", "2026-05-01T00:00:00", "i dag"])
@pytest.mark.parametrize("address", WITH_A_DAY)
def test_a_day_is_written_in_one_way(ask: Ask, address: str, day: str) -> None:
    written = f"{'&' if '?' in address else '?'}on={day}"
    assert ask(f"{address}{written}", 400)["type"] == "urn:partitur:malformed"


@pytest.mark.parametrize("address", ["/rules/19480512-1011/F", "/rules/dalarna/19480512-1011"])
def test_what_is_asked_for_is_not_repeated(ask: Ask, address: str) -> None:
    assert "19480512" not in str(ask(address, 404))


# --- OpenAPI -----------------------------------------------------------------------------------


@pytest.fixture
def openapi(ask: Ask) -> Any:
    return ask("/openapi.json")


def fields_of(openapi: Any, schema: Any) -> set[str]:
    """Every field of a schema and of those within it, by its path."""
    found: set[str] = set()
    known = openapi["components"]["schemas"]

    def visit(one: Any, path: str) -> None:
        if "$ref" in one:
            one = known[one["$ref"].rpartition("/")[2]]
        for name, inner in one.get("properties", {}).items():
            found.add(f"{path}.{name}")
            visit(inner, f"{path}.{name}")
        if "items" in one:
            visit(one["items"], path)
        for inner in one.get("anyOf", ()):
            visit(inner, path)

    visit(schema, "$")
    return found


def fields_in(value: Any, path: str = "$") -> set[str]:
    """Every field of an answer, by its path."""
    if isinstance(value, list):
        return {name for one in value for name in fields_in(one, path)}
    if isinstance(value, dict):
        inside = [fields_in(one, f"{path}.{name}") for name, one in value.items()]
        return {f"{path}.{name}" for name in value}.union(*inside)
    return set()


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/rules", "/rules"),
        ("/rules/jonkoping/F", "/rules/{region}/{support}"),
        (
            "/rules/diff?before=jonkoping/F/2026-05-01&after=jonkoping/F/2027-08-01",
            "/rules/diff",
        ),
        ("/sources", "/sources"),
        ("/findings", "/findings"),
    ],
)
def test_openapi_has_every_field_of_every_answer(ask_later: Ask, address: str, route: str) -> None:
    openapi = ask_later("/openapi.json")
    asked = openapi["paths"][route]["get"]
    content = asked["responses"]["200"]["content"]["application/json"]["schema"]
    assert fields_in(ask_later(address)) == fields_of(openapi, content)
    assert asked["summary"]
    assert {"400", "401", "403", "500", "503"} <= set(asked["responses"])


def test_openapi_names_no_shape_by_its_module(openapi: Any) -> None:
    """Two of one name in different modules get long names, which a move would change."""
    assert [one for one in openapi["components"]["schemas"] if "_" in one] == []


@pytest.mark.parametrize("within", ["Decision", "LineDecision"])
def test_openapi_lists_every_finding_of_a_decision(openapi: Any, within: str) -> None:
    schemas = openapi["components"]["schemas"]
    listed = [
        schemas[one["$ref"].rpartition("/")[2]]
        for one in schemas[within]["properties"]["findings"]["items"]["anyOf"]
    ]
    codes = [code for one in listed for code in one["properties"]["code"]["enum"]]
    assert codes == [code_of(kind) for kind in EVERY_FINDING]
    for schema, kind in zip(listed, EVERY_FINDING, strict=True):
        fields = msgspec.structs.fields(kind)
        assert set(schema["properties"]) == {"code", *(field.name for field in fields)}
        required = {"code", *(field.name for field in fields if field.required)}
        assert set(schema["required"]) == required
        for field in fields:
            written = schema["properties"][field.name]
            kinds = {one["type"] for one in written.get("anyOf", [written])}
            assert kinds == {json_type(one) for one in variants(field.type)}


def variants(kind: Any) -> tuple[Any, ...]:
    """What a field may be: both of `date | None`, and a list as it is."""
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def json_type(kind: Any) -> str:
    return {int: "integer", str: "string", date: "string", type(None): "null"}.get(kind, "array")
