"""What the README and CONTRIBUTING say is there, is there."""

import re
from pathlib import Path

import pytest

from app.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [README, CONTRIBUTING])
def test_links_and_pictures_lead_somewhere(text: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_setting_is_in_the_table_and_no_other() -> None:
    row = re.compile(r"^\| (`[^|]+) \|", re.MULTILINE)
    named: set[str] = set()
    for cell in row.findall(README):
        first = ""
        for name in re.findall(r"`(\w+)`", cell):
            # `TRAVAUX_SMTP_HOST`, `_PORT` names TRAVAUX_SMTP_PORT.
            named.add(first.rsplit("_", 1)[0] + name if name.startswith("_") else name)
            first = first or name
    settings = {f"TRAVAUX_{name.upper()}" for name in Settings.model_fields}
    assert {n for n in named if n.startswith("TRAVAUX_")} - {
        "TRAVAUX_TEST_DATABASE_URL"
    } == settings


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)`|^make (\w+)", README + CONTRIBUTING, re.MULTILINE))
    assert {a or b for a, b in named} <= targets


def test_every_room_that_is_named_is_a_folder() -> None:
    rooms = re.findall(r"^\| `([\w/]+)`(?:, `([\w/]+)`)? \|", README, re.MULTILINE)
    names = [name for pair in rooms for name in pair if name and not name.isupper()]
    assert len([n for n in names if "/" in n or n.islower()]) >= 7
    assert [n for n in names if n.islower() and not (ROOT / n).is_dir()] == []
