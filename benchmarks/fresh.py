"""Measuring in a process of its own, where nothing is in memory but what is measured."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tools.compile_core import COMPILED, PROJECT, is_built

_RUN = """
import importlib, json, sys
module, name = sys.argv[1].split(":")
result = getattr(importlib.import_module(module), name)(*json.loads(sys.argv[2]))
print(json.dumps(result))
"""


def call(function: Callable[..., Any], *arguments: Any, compiled: bool = False) -> Any:
    """What a module's function gives in a new process; arguments and result pass as JSON. What it
    says on standard error is seen."""
    name = f"{function.__module__}:{function.__name__}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", _RUN, name, json.dumps(arguments)],
        env=environment(compiled=compiled),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def need_build() -> None:
    """Skip a question about the compiled core where none of this source is there."""
    if not is_built():
        pytest.skip("no build/compiled of this source; make compiled")


def environment(*, compiled: bool = False) -> dict[str, str]:
    """Environment variables under which our packages are found, the compiled ones first if asked,
    and kept as bytecode wherever we are."""
    paths = [COMPILED, PROJECT] if compiled else [PROJECT]
    more = [folder for folder in [os.environ.get("PYTHONPATH")] if folder]
    variables = os.environ | {
        "PYTHONPATH": os.pathsep.join([*map(str, paths), *more]),
        "PYTHONPYCACHEPREFIX": str(PROJECT / "build" / "pycache"),
    }
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


def tell(text: str) -> None:
    """Show how far a long measurement has come."""
    print(f"   {text}", file=sys.stderr, flush=True)
