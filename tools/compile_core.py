"""Builds the core compiled, from the same source: build/compiled is a copy of the packages in which
some modules have their compiled form beside them, which Python takes first.

Run the program with it:  PYTHONPATH=build/compiled python -P -m cli.main

Only modules that are all control flow are compiled; what describes data (msgspec reads it when it
runs) and what runs once stays as it is. A build that fails leaves the one before as it was; one
whose source has not changed is not made again.
"""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build"
COMPILED = BUILD / "compiled"
STAMP = ".source"

PACKAGES = ("terms", "tariffs", "quotas", "registry", "preassessments", "adjudication", "cli")
MODULES = (
    "terms/person.py",
    "terms/period.py",
    "quotas/counting.py",
    "quotas/record.py",
    "quotas/history.py",
    "registry/holding.py",
    "tariffs/feeofday.py",
    "adjudication/patient.py",
    "preassessments/balance.py",
    "adjudication/rows.py",
    "adjudication/plain.py",
    "adjudication/rulebook.py",
    "adjudication/days.py",
    "adjudication/case.py",
    "adjudication/checks/*.py",
    "adjudication/asking.py",
    "adjudication/usage.py",
    "adjudication/engine.py",
    "adjudication/ordinary.py",
    "adjudication/desk.py",
    "adjudication/explaining.py",  # its classes extend those above
    "adjudication/patientfee.py",
    "adjudication/refusal.py",
)


def main() -> None:
    """Build, and say where."""
    if is_built():
        print(f"{COMPILED.relative_to(PROJECT)} är redan byggd av den här källan.")
        return
    _need_compiler()
    fresh, scratch = BUILD / "compiled.new", BUILD / "compiled.scratch"
    for folder in (fresh, scratch):
        shutil.rmtree(folder, ignore_errors=True)
    for package in PACKAGES:
        leave_out = shutil.ignore_patterns("__pycache__", "*.so", "*.c")
        shutil.copytree(PROJECT / package, fresh / package, ignore=leave_out)
    modules = sorted(
        str(path.relative_to(fresh))
        for pattern in MODULES
        for path in fresh.glob(pattern)
        if path.name != "__init__.py"
    )
    _compile(fresh, scratch, modules)
    _check(fresh, modules)
    (fresh / STAMP).write_text(_digest())
    shutil.rmtree(COMPILED, ignore_errors=True)
    fresh.rename(COMPILED)
    shutil.rmtree(scratch, ignore_errors=True)
    print(f"{len(modules)} moduler kompilerade i {COMPILED.relative_to(PROJECT)}.")


def is_built() -> bool:
    """Whether the build there is one of this very source."""
    stamp = COMPILED / STAMP
    return stamp.exists() and stamp.read_text() == _digest()


def _digest() -> str:
    """What the build is made of: every file of the packages, this one, and the interpreter."""
    total = sha256(sys.version.encode() + platform.machine().encode())
    files = [path for package in PACKAGES for path in (PROJECT / package).rglob("*")]
    for path in sorted([*files, Path(__file__).resolve()]):
        if path.is_file() and path.suffix not in {".pyc", ".so"}:
            total.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def _need_compiler() -> None:
    """A compiler and Python's headers, or a word on how to get them."""
    command = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(command) is None:
        _stop(
            f'Hittar ingen C-kompilator ("{command}"). Debian/Ubuntu: sudo apt install gcc',
            f'Cannot find a C compiler ("{command}"). Debian/Ubuntu: sudo apt install gcc',
        )
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").exists():
        _stop(
            "Pythons C-huvudfiler saknas. Debian/Ubuntu: sudo apt install python3-dev",
            "Python's C headers are missing. Debian/Ubuntu: sudo apt install python3-dev",
        )


def _compile(root: Path, scratch: Path, modules: list[str]) -> None:
    """Compile in a process of its own: mypy and setuptools are at home in a working directory, and
    neither may find the project's pyproject.toml there."""
    work = Path(__file__).with_name("compile_modules.py")
    done = subprocess.run(
        [sys.executable, "-P", str(work), str(scratch), *modules],
        cwd=root,
        env=os.environ | {"MYPYPATH": str(root), "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        _stop(
            "Kärnan gick inte att kompilera, se ovan. Programmet fungerar lika bra utan.",
            "The core could not be compiled, see above. The program works as well without.",
        )


def _check(root: Path, modules: list[str]) -> None:
    """Every module is found compiled by an interpreter that starts anew."""
    names = [module.removesuffix(".py").replace("/", ".") for module in modules]
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    file = importlib.import_module(name).__file__\n"
        "    assert not file.endswith('.py'), file\n"
        "import cli.main\n"
    )
    subprocess.run(
        [sys.executable, "-P", "-c", code, *names],
        env=os.environ | {"PYTHONPATH": str(root)},
        check=True,
    )


def _stop(swedish: str, english: str) -> None:
    sys.exit(f"\n{swedish}\n{english}")


if __name__ == "__main__":
    main()
