"""Who may approve a run as it stands: asked of the same step that approving it takes."""

from datetime import date
from typing import Final, NamedTuple, get_args

from sqlalchemy import Connection

from invoices.runsteps import Step, step
from registry.roles import Role, may
from storage.people import assigned
from storage.persons import actor_of
from storage.runs import Held, rules_on

_ROLES: Final = [role for role in get_args(Role) if may(role, "approve_runs")]


class Approver(NamedTuple):
    """Somebody who is assigned to approve, and would not be refused."""

    name: str
    role: Role


def approvers(connection: Connection, held: Held, today: date) -> list[Approver]:
    """Those whose approval would be taken now. Tokens of systems are not told: nobody can ask
    them."""
    rules = rules_on(held.run.region, today)
    found = []
    for one in assigned(connection, _ROLES, today):
        actor = actor_of(connection, one.token.id)
        if actor is None:
            continue
        if isinstance(step(held.run, held.steps, "approve", actor, held.digest, rules), Step):
            found.append(Approver(one.name, one.token.role))
    return found
