"""What the import rules cannot hold: no clock, chance, file or fraction in the core; every module
used, every finding made and shown, every kind of rule used and compiled."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from adjudication.directions import Directions
from adjudication.findings import LINE, STRONGEST_FIRST, WHOLE_INVOICE, AnyFinding, Finding
from tariffs.patientfee import PatientFee
from terms.citation import Rule, read_toml
from tests import desks
from tests.situations import expected_findings, read_situations

CORE = ("terms", "tariffs", "quotas", "registry", "preassessments", "adjudication", "invoices")
OUTER = (
    "attachments", "exports", "intake", "population", "storage", "api", "portal", "cli",
    "benchmarks", "tools",
)  # fmt: skip
READS_PACKAGED_FILES = "adjudication/packaged.py"

CLOCK_CHANCE_FILE = {
    "today", "now", "utcnow", "time", "time_ns", "random", "randint", "open", "print", "input",
    "urandom", "uuid4", "hash",
}  # fmt: skip
"""`hash` is chance too: that of a text differs from run to run."""

ORDER_ASKED = [
    "protected_identity", "number_reused", "patient_id_invalid", "lines_missing",
    "line_number_repeated", "rules_missing", "date_in_future", "action_unknown", "tooth_invalid",
    "zone_missing", "zone_invalid", "deadline_passed", "card_missing", "card_not_valid_on_day",
    "performer_not_allowed", "duplicate", "action_not_covered", "coverage_condition_unmet",
    "tooth_missing", "position_not_covered", "combination_excluded", "motivation_missing",
    "document_missing", "motivation_to_assess", "interval_not_elapsed", "tariff_price_missing",
    "price_above_tariff", "preassessment_not_usable", "preassessment_required", "limit_reached",
    "ceiling_reached", "preassessment_applied", "approved_by_assessor", "refused_by_assessor",
]  # fmt: skip
"""The findings in the order in which docs/deciding.md asks."""

OUTCOMES = {
    "invalid": """protected_identity number_reused patient_id_invalid lines_missing
        line_number_repeated date_in_future action_unknown tooth_invalid zone_missing zone_invalid
        tooth_missing""",
    "denied": """deadline_passed card_missing card_not_valid_on_day performer_not_allowed duplicate
        combination_excluded interval_not_elapsed refused_by_assessor""",
    "patient_pays": "action_not_covered coverage_condition_unmet position_not_covered",
    "needs_preassessment": "preassessment_required limit_reached ceiling_reached",
    "needs_document": "motivation_missing document_missing",
    "needs_review": "rules_missing motivation_to_assess tariff_price_missing",
    None: "preassessment_not_usable preassessment_applied price_above_tariff approved_by_assessor",
}

FACTS: dict[str, dict[str, object]] = {
    "limit_reached": {"limit": int, "used": int},
    "ceiling_reached": {"limit_ore": int, "used_ore": int},
    "deadline_passed": {"last_day": "date"},
    "document_missing": {"document": str},
    "price_above_tariff": {"tariff_ore": int},
    "interval_not_elapsed": {"previous_on": "date", "next_on": "date"},
    "preassessment_applied": {"preassessment": str},
}


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of some packages, by path, parsed."""
    for package in packages:
        for path in sorted((desks.PROJECT / package).rglob("*.py")):
            yield str(path.relative_to(desks.PROJECT)), ast.parse(path.read_text(encoding="utf-8"))


def name_called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_the_core_has_no_clock_no_chance_and_no_file() -> None:
    found = [
        f"{name}:{node.lineno} {name_called(node)}"
        for name, tree in modules(*CORE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_called(node) in CLOCK_CHANCE_FILE
    ]
    assert found == []


def test_the_chance_of_the_made_up_region_is_that_of_a_seed() -> None:
    """It takes `Random` alone from the module, and makes none without a seed."""
    for name, tree in modules("population"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert "random" not in {one.name for one in node.names}, name
            elif isinstance(node, ast.ImportFrom) and node.module == "random":
                assert [one.name for one in node.names] == ["Random"], name
            elif isinstance(node, ast.Call) and name_called(node) == "Random":
                assert node.args, f"{name}:{node.lineno}"


def test_one_module_reads_files() -> None:
    """The files that come with the program; all else is handed in as bytes."""
    reads = {
        "read_bytes", "read_text", "open", "open_code", "open_binary", "scandir", "listdir",
        "iterdir", "walk", "glob",
    }  # fmt: skip
    reading = {
        name
        for name, tree in modules(*CORE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_called(node) in reads
    }
    assert reading == {READS_PACKAGED_FILES}


def test_the_core_knows_no_fractions() -> None:
    """Money is whole öre, so no float: no literal, no `float`, no true division."""
    found = []
    for name, tree in modules(*CORE):
        for node in ast.walk(tree):
            is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            is_named = isinstance(node, ast.Name) and node.id in {"float", "Decimal", "Fraction"}
            is_divided = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(
                node.op, ast.Div
            )
            is_rounded = isinstance(node, ast.Call) and name_called(node) == "round"
            if is_literal or is_named or is_divided or is_rounded:
                found.append(f"{name}:{getattr(node, 'lineno', '?')} {ast.unparse(node)}")
    assert found == []


def test_every_module_is_used() -> None:
    """By another module of the program; the commands, benchmarks and tools are entries."""
    known = {name.removesuffix(".py").replace("/", "."): name for name, _ in modules(*CORE)}
    used: set[str] = set()
    for name, tree in modules(*CORE, *OUTER):
        for node in ast.walk(tree):
            imported: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                imported = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            elif isinstance(node, ast.Import):
                imported = [one.name for one in node.names]
            used.update(one for one in imported if known.get(one) != name)
    orphans = {
        path for module, path in known.items() if module not in used and "__init__" not in path
    }
    assert orphans == set()


@pytest.mark.parametrize("package", [*CORE, *OUTER])
def test_modules_stay_readable(package: str) -> None:
    long = {
        name: lines
        for name, _ in modules(package)
        if "/migrations/" not in name  # written by alembic
        and (lines := len((desks.PROJECT / name).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


# --- findings ----------------------------------------------------------------------------------

KINDS: tuple[type[Finding], ...] = (*WHOLE_INVOICE, *LINE)


def tag_of(kind: type[Finding]) -> str:
    tag = kind.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def test_findings_stand_in_the_order_in_which_they_are_asked() -> None:
    assert [tag_of(kind) for kind in KINDS] == ORDER_ASKED
    assert [tag_of(kind) for kind in get_args(AnyFinding)] == ORDER_ASKED
    source = (desks.PROJECT / "adjudication" / "findings.py").read_text(encoding="utf-8")
    assert re.findall(r'tag="(\w+)"', source) == ORDER_ASKED


def test_each_finding_makes_of_its_line_what_is_said_of_it() -> None:
    assert list(STRONGEST_FIRST) == [outcome for outcome in OUTCOMES if outcome is not None]
    for outcome, codes in OUTCOMES.items():
        for kind in KINDS:
            if tag_of(kind) in codes.split():
                assert kind.outcome == outcome, tag_of(kind)
    assert {tag_of(kind) for kind in KINDS} == set(" ".join(OUTCOMES.values()).split())


def test_each_finding_carries_the_numbers_that_the_contract_promises() -> None:
    for kind in KINDS:
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
        assert fields["rule"] is str
        for name, expected in FACTS.get(tag_of(kind), {}).items():
            found = fields[name]
            assert found is expected or getattr(found, "__name__", "") == expected, (kind, name)


def test_every_finding_is_made_somewhere() -> None:
    """By a check; those of a whole invoice, of a price and of an application by who asks them."""
    made: dict[str, set[str]] = {}
    for name, tree in modules("adjudication", "cli"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made.setdefault(node.func.id, set()).add(name)
    elsewhere = {
        "PriceAboveTariff", "PreassessmentNotUsable", "PreassessmentApplied", "ApprovedByAssessor",
        "RefusedByAssessor",
    }  # fmt: skip
    for kind in LINE:
        makers = made.get(kind.__name__, set())
        assert makers, f"nothing makes {kind.__name__}"
        if kind.__name__ not in elsewhere:
            assert all(name.startswith("adjudication/checks/") for name in makers), makers
    for refusing in WHOLE_INVOICE:
        assert made.get(refusing.__name__), f"nothing makes {refusing.__name__}"


def test_every_finding_is_shown_by_a_situation() -> None:
    assert set(expected_findings(read_situations())) == set(ORDER_ASKED)


def test_every_check_is_compiled_from_some_rule() -> None:
    """A check that no rule leads to is never asked."""
    checks = {
        node.name
        for _, tree in modules("adjudication/checks")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Check" for base in node.bases)
    }
    (compiling,) = [tree for name, tree in modules("adjudication") if name.endswith("compiling.py")]
    called = {name_called(node) for node in ast.walk(compiling) if isinstance(node, ast.Call)}
    assert checks - called == set()


# --- kinds of rules ----------------------------------------------------------------------------


def rule_tables() -> list[tuple[str, dict[str, object]]]:
    return [
        (name, read_toml(name, content))
        for name, content in desks.rule_files("blekinge", "gransland", "later").items()
        if name.endswith(".toml")
    ]


def used_fields(kind: str, packaged_only: bool = False) -> set[str]:
    """The fields that rule files give to some kind of rule."""
    fields: set[str] = set()
    for name, tables in rule_tables():
        if packaged_only and name.startswith("tests/"):
            continue
        rules = tables.get(kind, [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if isinstance(rule, dict):
                fields.update(rule)
    return fields


KINDS_OF_RULES = {
    field.name: field
    for field in msgspec.structs.fields(Directions)
    if field.name not in {"region", "supports", "valid_from", "dated_by", "checked_on", "source"}
}


@pytest.mark.parametrize("kind", KINDS_OF_RULES)
def test_every_kind_of_rule_is_used_and_compiled(kind: str) -> None:
    """With each of its fields, in the rule files that come with the program or the tests'."""
    assert used_fields(kind), f"no rule file has a rule of kind {kind}"
    for struct in rule_structs(KINDS_OF_RULES[kind].type):
        own = {field.encode_name for field in msgspec.structs.fields(struct)}
        shared = {field.name for field in msgspec.structs.fields(Rule)}
        assert own - shared <= used_fields(kind), f"{kind}: fields that no rule file uses"
    compiled = "".join(
        (desks.PROJECT / "adjudication" / name).read_text(encoding="utf-8")
        for name in ("compiling.py", "library.py")
    )
    assert f"directions.{kind}" in compiled


def rule_structs(annotation: object) -> list[type[Rule]]:
    """The Structs within a field's type: of `list[Limit]`, of `Coverage | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Rule):
        return [annotation]
    return [struct for inner in get_args(annotation) for struct in rule_structs(inner)]


def test_every_kind_of_fee_rule_is_used() -> None:
    for field in msgspec.structs.fields(PatientFee):
        if rule_structs(field.type):
            assert used_fields(field.name, packaged_only=True), field.name


def test_every_kind_of_rule_is_asked_for_its_rules_and_codes() -> None:
    """`rules` and `code_sets` of the directions leave no kind out."""
    for content in desks.rule_files("blekinge", "gransland", "later").values():
        if b"supports =" not in content:
            continue
        tables = read_toml("", content)
        directions = msgspec.convert(tables, Directions)
        ids = [
            rule["id"]
            for kind in KINDS_OF_RULES
            for rule in (tables[kind] if isinstance(tables.get(kind), list) else [tables.get(kind)])
            if rule is not None
        ]
        assert sorted(rule.id for rule in directions.rules()) == sorted(ids)
        written = [
            codes
            for kind in KINDS_OF_RULES
            for rule in (tables[kind] if isinstance(tables.get(kind), list) else [tables.get(kind)])
            if rule is not None
            for name in ("codes", "with", "yields", "to", "exempt_codes", "use")
            if (codes := rule.get(name))
        ]
        sets = [tuple(one) for one in directions.code_sets() if one]
        assert sorted(sets) == sorted(
            (one,) if isinstance(one, str) else tuple(one) for one in written
        )


# --- what a checkout holds ---------------------------------------------------------------------


def tracked_files() -> list[Path]:
    """The files of the checkout that are not ignored; none where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=desks.PROJECT,
        capture_output=True,
        check=False,
    )
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    return [desks.PROJECT / name for name in names if name and (desks.PROJECT / name).is_file()]


def test_no_file_names_a_package_registry_or_somebody_s_machine() -> None:
    """pip and uv ask the registry they are set up for; a path of one machine helps on no other."""
    registry = "|".join(
        ("--(extra-)?index" + "-url", "--find" + "-links", "--trusted" + "-host", "PIP_" + "INDEX",
         "UV_" + "INDEX", r"pypi\.(org|python\.org)" + "/simple", "python" + r"hosted\.org")
    )  # fmt: skip
    folders = ("work", "root", "home", "Users", "tmp/dev")
    machine = "|".join(f"/{folder}/" for folder in folders)
    wrong = re.compile(registry + r"|(?<![\w.}])(?:" + machine + ")")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(desks.PROJECT)}:{number} {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := wrong.search(line))
        ]
    assert found == []


def test_no_file_holds_the_number_of_a_person_alive() -> None:
    """Persons are invented. Their numbers are made up for the tests, or stand in the examples."""
    for path in (desks.PROJECT / "tests" / "cases").glob("*.toml"):
        for number in re.findall(r"\b\d{8}-?\d{4}\b", path.read_text(encoding="utf-8")):
            assert number[:2] == "19", path


def test_tests_are_no_package() -> None:
    """With an `__init__.py` tests/cli would hide cli."""
    assert not list((desks.PROJECT / "tests").rglob("__init__.py"))
