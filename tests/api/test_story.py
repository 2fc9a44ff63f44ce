"""docs/story.md, docs/applications.md: what they tell is played, their tables are the code's."""

import json
import re
from typing import Any, get_args

import pytest

from preassessments.requirements import LackCode
from tests import desks
from tests.api.asking import Api
from tests.preassessments.test_lifecycle import TABLE

PAGE = (desks.PROJECT / "docs" / "applications.md").read_text(encoding="utf-8")
STORY = (desks.PROJECT / "docs" / "story.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"```http\n(?P<who>\w+)> (?P<method>GET|POST) (?P<path>\S+)\n(?P<body>.*?)"
    r"< (?P<status>\d{3})\n(?P<answer>.*?)```",
    re.DOTALL,
)


@pytest.mark.parametrize("page", [PAGE, STORY], ids=["applications", "story"])
def test_the_story_goes_as_it_is_told(api: Api, page: str) -> None:
    steps = list(STEP.finditer(page))
    assert len(steps) == page.count("```http") >= 10
    for step in steps:
        who: Any = step["who"]
        if step["method"] == "GET":
            answer = api.get(step["path"], who)
        else:
            answer = api.post(step["path"], json.loads(step["body"]), who)
        assert answer.status_code == int(step["status"]), answer.text
        expected = json.loads(step["answer"] or "{}")
        assert list(desks.differences(answer.json(), expected)) == [], step["path"]


def test_the_table_of_moves_is_the_one_that_is_tested() -> None:
    rows = re.findall(r"^\| (\S+) \| (\w+) \| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    told = {
        (None if state == "–" else state, role, move): tuple(re.split(r", | or ", leads))
        for state, role, move, leads in rows
    }
    assert told == TABLE


@pytest.mark.parametrize("code", get_args(LackCode))
def test_everything_that_can_be_lacking_is_named(code: str) -> None:
    assert f"`{code}`" in PAGE
