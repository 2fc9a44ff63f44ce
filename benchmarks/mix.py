"""What the workload is made of, and what becomes of it."""

from collections import Counter

from adjudication.packaged import packaged_library
from benchmarks.pipes import decide_all, decode, desk_for, encode
from benchmarks.workload import workload


def mix(invoices: int) -> dict[str, object]:
    """Counts over a stream of so many invoices."""
    work = workload(invoices)
    read = [decode(text) for text in work.invoices]
    decisions = decide_all(desk_for(packaged_library(), work), work.invoices)
    lines = [line for one in decisions for line in one.lines]
    findings = Counter(
        str(finding.__struct_config__.tag)
        for one in decisions
        for found in (one.findings, *(line.findings for line in one.lines))
        for finding in found
    )
    return {
        "invoices": len(read),
        "patients": len({invoice.patient for invoice in read}),
        "lines": sum(len(invoice.lines) for invoice in read),
        "days": sum(len({line.treated_on for line in one.lines}) > 1 for one in read),
        "bytes_in": sum(map(len, work.invoices)),
        "bytes_out": sum(len(encode(decision)) for decision in decisions),
        "statuses": Counter(one.status for one in decisions).most_common(),
        "outcomes": Counter(line.outcome for line in lines).most_common(),
        "findings": findings.most_common(),
        "fees": Counter(visit.reason for one in decisions for visit in one.visits).most_common(),
    }


def told(found: dict[str, object]) -> str:
    """The counts for people."""
    many, lines = found["invoices"], found["lines"]
    assert isinstance(many, int)
    assert isinstance(lines, int)
    assert isinstance(found["bytes_in"], int)
    assert isinstance(found["bytes_out"], int)
    assert isinstance(found["patients"], int)
    rows = [
        f"{many} invoices of {found['patients']} patients over 2026–2028, "
        f"{many / found['patients']:.1f} a patient, {lines / many:.2f} lines an invoice; "
        f"{found['bytes_in'] / many:.0f} bytes in, {found['bytes_out'] / many:.0f} out.",
        "",
        f"- invoices: {_shares(found['statuses'], many)}",
        f"- lines: {_shares(found['outcomes'], lines)}",
        f"- visits: {_shares(found['fees'], many)} of invoices",
        f"- findings: {_shares(found['findings'], lines)} of lines",
    ]
    return "\n".join(rows)


def _shares(counts: object, of: int) -> str:
    assert isinstance(counts, list)
    return ", ".join(f"{name} {100 * count / of:.2g} %" for name, count in counts)
