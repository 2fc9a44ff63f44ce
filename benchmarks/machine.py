"""On what the figures were measured."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    "msgspec",
    "click",
    "personnummer",
    "python-dateutil",
    "mypy",
    "zen-engine",
    "pytest-benchmark",
)


def machine() -> list[str]:
    """Processor, cores, memory, system; versions; the day. One line each."""
    found = [
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GiB memory",
        f"{platform.system()} {platform.release()}, {platform.python_implementation()} "
        f"{platform.python_version()} ({platform.python_compiler()})",
        ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name))),
        f"load before: {os.getloadavg()[0]:.1f}",
        date.today().isoformat(),  # noqa: DTZ011
    ]
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
