"""The part of tools/compile_core.py that runs in the folder to be compiled:
compile_modules.py SCRATCH MODULE..."""

import sys

from mypyc.build import mypycify
from setuptools import setup


def main() -> None:
    """Compile the modules beside their source."""
    scratch, modules = sys.argv[1], sys.argv[2:]
    options = ["--config-file=", "--ignore-missing-imports", "--explicit-package-bases"]
    setup(
        name="partitur-compiled",
        ext_modules=mypycify([*options, *modules], opt_level="3", target_dir=f"{scratch}/c"),
        script_args=["-q", "build_ext", "--inplace", "--build-temp", scratch],
    )


if __name__ == "__main__":
    main()
