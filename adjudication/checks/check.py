"""What every check is."""

from adjudication.case import Case


class Check:
    """One question that one rule asks. `rule` is the rule's id, which its findings name."""

    __slots__ = ("rule",)

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def ask(self, case: Case) -> None:
        """Add what is found of the line at hand to `case.findings`, in the order of findings.py."""
        raise NotImplementedError
