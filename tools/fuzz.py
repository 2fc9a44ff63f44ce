"""fuzz.py SCHEMATHESIS: asks a server all that it says it takes, and much that it does not.

The server is a process of its own over a small made-up region. Each operation is asked with the
token of a role that may do it, and without one.
"""

import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import get_args

from sqlalchemy import Connection

from adjudication.packaged import packaged_library
from population.region import year
from registry.roles import Role
from storage.access import issue
from storage.acts import Acts, Done
from storage.database import Database
from storage.keeper import Keeper, Sent
from storage.reference import put_reference_data
from storage.schema import upgrade

PATIENTS = 100
SEED = 1
EXAMPLES = 20
HOOKS = Path(__file__).with_name("fuzz_hooks.py").resolve()
FIRST_ON = date(2026, 1, 1)
_BY_ASSESSOR = (
    "take", "put-back", "hand-over", "ask-supplement", "ask-consultant", "recall", "decide",
    "dismiss", "change",
)  # fmt: skip
ROLE_OF: dict[str, Role] = {
    "/invoices(?!/.*/lines/)": "import",
    "/invoices/.*/lines/": "assessor",
    "/held-lines": "assessor",
    "/redecisions": "assessor",
    "/free-cards": "assessor",
    "/cards": "registrar",
    "/preassessments": "registrar",
    f"/applications/[^/]*/({'|'.join(_BY_ASSESSOR)})$": "assessor",
    "/applications/[^/]*/answer$": "consultant",
    f"/applications(?!/[^/]*/({'|'.join(_BY_ASSESSOR)}|answer)$)": "clinic",
    "/attachments": "import",
    "/patients": "reader",
    "/figures": "finance",
    "/rules": "reader",
    "/sources": "reader",
    "/findings": "reader",
    "/metrics": "monitor",
}


def main(schemathesis: str) -> int:
    """The exit status of schemathesis; 1 where the server had a defect or ended."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'partitur.db'}"
        settings, log = folder / "schemathesis.toml", folder / "log"
        settings.write_text(_settings(_filled(url)), encoding="utf-8")
        serve = [sys.executable, "-m", "cli.main", "serve", "--db", url, "--port", "0"]
        with log.open("w") as errors, subprocess.Popen(serve, stderr=errors) as server:
            try:
                described = f"{_address(log, server)}/openapi.json"
                command = [schemathesis, "--config-file", str(settings), "run", described]
                found = subprocess.run(command, cwd=folder, check=False).returncode
                has_ended = server.poll() is not None
            finally:
                server.terminate()
        defects = [line for line in log.read_text().splitlines() if '"what":"defect"' in line]
    print(*defects, sep="\n")
    return found or int(has_ended or bool(defects))


def _filled(url: str) -> dict[Role, str]:
    """Fill a new database, and give a token of every role."""
    library, database = packaged_library(), Database(url)
    upgrade(database)
    made = year(SEED, PATIENTS, FIRST_ON)

    def put(connection: Connection) -> Done[dict[Role, str]]:
        entries = put_reference_data(connection, library, made.cards, made.preassessments)
        secrets = {}
        for role in get_args(Role):
            clinic = made.invoices[0][0].clinic if role == "clinic" else None
            secrets[role], entry = issue(connection, role, role, clinic, person=role)
            entries.append(entry)
        return secrets, entries

    secrets = Acts(database).do(put)
    Keeper(database, library, "jonkoping").submit([Sent(*one) for one in made.invoices])
    database.close()
    return secrets


def _settings(secrets: dict[Role, str]) -> str:
    """What schemathesis is told."""
    return _SETTINGS.format(examples=EXAMPLES, seed=SEED, hooks=HOOKS) + "".join(
        f"""
[[operations]]
include-path-regex = "^{path}"
headers = {{ Authorization = "Bearer {secrets[role]}" }}
"""
        for path, role in ROLE_OF.items()
    )


_SETTINGS = """
seed = {seed}
hooks = "{hooks}"
warnings = false

[generation]
max-examples = {examples}
database = "none"

[phases.stateful]
enabled = false # there are no links to follow

[checks]
# 422 is what an invoice of right shape gets that is refused as a whole.
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
# A made-up line of JSON is not a made-up file: tests/api/test_hostile.py sends files.
include-path = "/invoices/file"
enabled = false

[[operations]]
# Nor is a made-up text a made-up journal: tests/intake/test_journal.py reads those.
include-path = "/reconciliation"
enabled = false
"""


def _address(log: Path, server: "subprocess.Popen[bytes]") -> str:
    """Where the server listens, as soon as it says so."""
    while server.poll() is None:
        found = re.search(r"http://\S+", log.read_text())
        if found is not None:
            return found[0]
    raise SystemExit(log.read_text())


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]).absolute())))
