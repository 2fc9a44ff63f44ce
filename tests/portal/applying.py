"""Applications for tests of pages: as a clinic's system sends them, and what a colleague does."""

from dataclasses import dataclass
from typing import Any

from tests import applications
from tests.api.asking import CLINIC, issued
from tests.commands import PATIENT
from tests.portal.visiting import Portal
from tests.serving import bearer


@dataclass
class Systems:
    """What is done over HTTP beside the pages."""

    portal: Portal
    clinic: str
    colleague: str

    def post(self, path: str, body: Any, secret: str) -> Any:
        """What the API answers."""
        answer = self.portal.browser().client.post(path, json=body, headers=bearer(secret))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def submitted(self, number: str, **fields: Any) -> int:
        """The key of an application that waits."""
        body = applications.sent(number, content=applications.content(**fields))
        kept = self.post("/applications", body, self.clinic)
        self.moved(kept["id"], "submit", self.clinic)
        key: int = kept["id"]
        return key

    def moved(self, key: int, move: str, secret: str, **said: Any) -> Any:
        """An application after a move, from where it is."""
        place = self.portal.browser().client.get(
            f"/applications/{key}", headers=bearer(secret)
        ).json()["stands"]["place"]  # fmt: skip
        return self.post(f"/applications/{key}/{move}", {"after": place, **said}, secret)

    def attached(self, content: bytes, kind: str = "xray", title: str = "Bitewing") -> int:
        """The key of an attachment that has come."""
        said = {"clinic": CLINIC, "patient": PATIENT, "kind": kind, "title": title}
        key: int = self.post("/attachments", said, self.clinic)["id"]
        answer = self.portal.browser().client.put(
            f"/attachments/{key}/content",
            content=content,
            headers={
                **bearer(self.clinic),
                "Content-Type": "application/octet-stream",
            },
        )
        assert answer.status_code == 201, answer.text
        return key


def systems(portal: Portal) -> Systems:
    """A clinic's system and another assessor's, with tokens of their own; and a patient with a
    draft, for whom documents may come."""
    found = Systems(
        portal,
        issued(portal.database, "system", "clinic", CLINIC),
        issued(portal.database, "Åsa Annan, 2", "assessor"),
    )
    found.post("/applications", applications.sent("draft"), found.clinic)
    return found
