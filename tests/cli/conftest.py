"""What tests of commands begin with."""

from pathlib import Path

import pytest

from tests.databases import on_sqlite


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An empty database with every table."""
    database = on_sqlite(tmp_path / "partitur.db")
    database.close()
    return f"sqlite:///{tmp_path / 'partitur.db'}"
