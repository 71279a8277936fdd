"""Reading in a process of its own: the same reading, refusals as sentences, limits that hold."""

import subprocess
import sys
from typing import Any

import pytest

from app.exchange.package import Unreadable
from app.exchange.word import jail
from app.exchange.word.jail import plain_apart, read_apart, read_views_apart, redline_apart
from app.exchange.word.read import read
from app.exchange.word.story import View
from tests.support.made_files import STRICT_W, docx, para, run
from tests.support.tracked import gone, ins, raw

CONTENT = docx([raw(run("Each "), gone("State"), ins("Party"), run(" — ä."))])


def test_the_reading_is_the_same_as_in_this_process() -> None:
    accepted, original = read_views_apart(CONTENT, [View.ACCEPTED, View.ORIGINAL])
    assert accepted == read(CONTENT, View.ACCEPTED)
    assert original == read(CONTENT, View.ORIGINAL)


def test_a_refusal_is_its_sentence() -> None:
    with pytest.raises(Unreadable, match="not a Word file"):
        read_apart(b"hello")


def test_a_file_that_is_too_large_does_not_start_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "MOST_FILE", 10)
    with pytest.raises(Unreadable, match="larger than"):
        plain_apart(b"0" * 11, [View.ACCEPTED])


def _instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the process run another program; what it is given and may do stays the same."""
    real = subprocess.run

    def run_instead(command: list[str], **given: Any) -> Any:
        return real([sys.executable, "-P", "-c", program], **given)

    monkeypatch.setattr(subprocess, "run", run_instead)


def test_a_process_that_asks_for_too_much_memory_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _instead(
        monkeypatch,
        "from app.exchange.word import jail\n"
        "jail.read_views = lambda *_: bytearray(2 * jail.MEMORY)\njail.main([])",
    )
    with pytest.raises(Unreadable, match="more memory or time"):
        read_apart(CONTENT)


def test_a_process_that_does_not_end_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "SECONDS", 1)
    _instead(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(Unreadable, match="more memory or time"):
        read_apart(CONTENT)


def test_a_process_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, "import os; os.abort()")
    with pytest.raises(Unreadable, match="more memory or time"):
        read_apart(CONTENT)


def test_the_process_knows_no_settings_and_may_write_no_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAVAUX_DATABASE_URL", "postgresql://secret")
    _instead(
        monkeypatch,
        "import json, os, resource, sys\nfrom app.exchange.word import jail\njail._shut()\n"
        "said = [name for name in os.environ if name.startswith('TRAVAUX')]\n"
        "asked = resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE\n"
        "limits = [resource.getrlimit(one)[0] for one in asked]\n"
        "print('{}', json.dumps([{'settings': said, 'limits': limits,\n"
        "    'sql': 'sqlalchemy' in sys.modules}]), sep='\\n')",
    )
    (found,) = plain_apart(b"x", [])
    assert found == {
        "settings": [],
        "limits": [jail.MEMORY, jail.SECONDS_OF_WORK, 0],
        "sql": False,
    }


def test_an_answer_that_is_too_long_to_be_held_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _instead(
        monkeypatch,
        "from app.exchange.word import jail\njail.MOST_ANSWER = 500\njail.main(['marked'])",
    )
    with pytest.raises(Unreadable, match="too long to be read"):
        plain_apart(docx([para("word " * 100)]), [View.MARKED])


def test_plain_words_of_a_made_file() -> None:
    (plain,) = plain_apart(docx([para("One.")]), [View.MARKED])
    assert [each["text"] for each in plain["paragraphs"]] == ["One."]


def test_a_redline_is_made_there_and_says_which_file_is_refused() -> None:
    old, new = docx([para("One.")]), docx([para("Two.")])
    made = redline_apart(old, new, "Desk")
    assert made is not None
    assert [(each.author, each.text) for each in read(made[0]).revisions] == [
        ("Desk", "One"),
        ("Desk", "Two"),
    ]
    assert made[1] == ()
    with pytest.raises(Unreadable, match="The newer file: This is not a Word file"):
        redline_apart(old, b"hello", "Desk")
    assert redline_apart(docx([para("A.")], namespace=STRICT_W), new, "Desk") is None
