"""The command line as a person or a script meets it: JSON alone, sentences, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest

from app import cli
from tests.support.made_files import docx, run
from tests.support.racing import afresh
from tests.support.served import spoken
from tests.support.tracked import gone, ins, raw

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "drafts" / "peace-negotiation"
TOY = """Toy Convention

The States Parties to this Convention,

Recalling the Charter of the United Nations,

Have agreed as follows:

Article 1
Use of terms

For the purposes of this Convention:
(a) "Talks" means negotiations;
(b) "Seat" means a place at the table.

Article 2
Duty to talk

1. States Parties shall talk.
2. Talks under article 1 are protected.
"""


def travaux(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command line answers, in a process of its own that has the modules read."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith("TRAVAUX_")}
    told = bare | {"TRAVAUX_DATA": str(data)} | environment
    with TemporaryDirectory() as folder:
        said, complained = Path(folder) / "said", Path(folder) / "complained"
        process = afresh().Process(
            target=spoken, args=(words, told, str(ROOT), str(said), str(complained)), daemon=True
        )
        process.start()
        process.join(120)
        assert process.exitcode is not None, "it takes too long"
        return subprocess.CompletedProcess(
            words, process.exitcode, said.read_text("utf-8"), complained.read_text("utf-8")
        )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_outline_prints_json_alone(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text(TOY, encoding="utf-8")
    found = answer(travaux(tmp_path, "outline", str(tmp_path / "toy.txt"), "--json"))
    assert found["title"] == "Toy Convention"
    assert found["counts"]["article"] == 2
    assert found["problems"] == []
    articles = [c for c in found["clauses"] if c["kind"] == "article"]
    assert [(a["number"], a["heading"]) for a in articles] == [
        ("1", "Use of terms"),
        ("2", "Duty to talk"),
    ]
    assert set(found["clauses"][0]) == {"kind", "number", "heading", "text", "depth"}
    chapeau = next(c for c in found["clauses"] if c["text"].startswith("For the purposes"))
    assert chapeau["number"] == ""


def test_lint_prints_findings_as_json_alone(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text("Article 1\nAim\n\n1. Each Party [shall talk.\n")
    found = answer(travaux(tmp_path, "lint", str(tmp_path / "toy.txt"), "--json"))
    assert all(set(each) == {"rule", "severity", "where", "message"} for each in found)
    (bracket,) = [each for each in found if each["rule"] == "B01"]
    assert bracket["severity"] == "error" and "bracket" in bracket["message"]
    assert bracket["where"] == "Article 1, paragraph 1"


def test_lint_for_people_counts_its_findings(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text("Article 1\nAim\n\n1. Each Party [shall talk.\n")
    done = travaux(tmp_path, "lint", str(tmp_path / "toy.txt"))
    assert done.returncode == 0
    assert "error  B01  Article 1, paragraph 1" in done.stdout
    assert "1 error" in done.stdout.splitlines()[-1]


def test_a_word_file_is_read_on_each_view(tmp_path: Path) -> None:
    file = tmp_path / "return.docx"
    file.write_bytes(docx([raw(run("Each "), gone("State"), ins("Party"), run(" acts."))]))
    texts = {
        view: answer(travaux(tmp_path, "read", str(file), "--view", view, "--json"))["paragraphs"][
            0
        ]["text"]
        for view in ("original", "accepted", "marked")
    }
    assert texts == {
        "original": "Each State acts.",
        "accepted": "Each Party acts.",
        "marked": "Each StateParty acts.",
    }
    shown = travaux(tmp_path, "read", str(file), "--view", "marked")
    assert shown.stdout.startswith("Each {-State-}{+Party+} acts.\n")


def test_a_word_file_that_is_not_taken_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "no.docx"
    file.write_bytes(b"hello")
    assert refused(travaux(tmp_path, "read", str(file))) == "This is not a Word file (.docx).\n"
    assert "no view" in refused(travaux(tmp_path, "read", str(file), "--view", "other"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Article 1", "This is not a Word file (.docx)."),
        (docx(["<w:p/>"])[:300], "The file is damaged or was cut off: it cannot be opened"),
        (None, "is a folder: name a file."),
    ],
)
def test_whatever_is_given_as_a_word_file_is_read_or_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    sentence: str,
) -> None:
    file = tmp_path / "given.docx"
    file.mkdir() if content is None else file.write_bytes(content)
    monkeypatch.setattr(sys, "argv", ["travaux", "read", str(file), "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert sentence in said.err


def test_a_word_file_is_read_from_the_standard_input_onto_any_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import run; run()", "read", "-", "--json"],
        cwd=ROOT,
        env=os.environ | {"TRAVAUX_DATA": str(tmp_path), "PYTHONIOENCODING": "ascii"},
        input=docx([raw(run("„Staat“ 𝔄"))]),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["paragraphs"][0]["text"] == "„Staat“ 𝔄"


def test_two_files_become_a_redline(tmp_path: Path) -> None:
    old, new, out = (tmp_path / name for name in ("old.docx", "new.docx", "out.docx"))
    old.write_bytes(docx([raw(run("Each Party acts."))]))
    new.write_bytes(docx([raw(run("Each State acts."))]))
    asked = ["redline", str(old), str(new), "-o", str(out)]
    found = answer(travaux(tmp_path, *asked, "--author", "Desk", "--json"))
    assert found == {"file": str(out), "bytes": out.stat().st_size, "losses": []}
    shown = travaux(tmp_path, "read", str(out), "--view", "marked")
    assert shown.stdout.startswith("Each {-Party-}{+State+} acts.\n")
    assert "by Desk" in shown.stdout
    nowhere = str(tmp_path / "nowhere.docx")
    assert "There is no file" in refused(travaux(tmp_path, "redline", nowhere, str(new), "-o", "o"))
    new.write_bytes(b"%PDF-1.4 and so on")
    said = refused(travaux(tmp_path, *asked))
    assert said == "The newer file looks like .pdf: give a .docx, .txt or .md file.\n"


def test_outline_for_people_shows_the_tree(tmp_path: Path) -> None:
    (tmp_path / "toy.txt").write_text(TOY, encoding="utf-8")
    done = travaux(tmp_path, "outline", str(tmp_path / "toy.txt"))
    assert done.returncode == 0
    assert "article 2  Duty to talk" in done.stdout


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    said = refused(travaux(tmp_path, "outline", str(tmp_path / "none.txt"), "--json"))
    assert "There is no file" in said


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 not a Word file")
    said = refused(travaux(tmp_path, "outline", str(tmp_path / "broken.docx"), "--json"))
    assert said.strip().endswith(".")


def test_the_starter_loads_once_exports_verifies_and_comes_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    loaded = travaux(data, "load", str(STARTER), "--json")
    assert loaded.returncode == 0, loaded.stderr
    json.loads(loaded.stdout)
    assert "already" in refused(travaux(data, "load", str(STARTER)))

    out = tmp_path / "draft.docx"
    for profile, more in (("clean", ("--status",)), ("commentary", ())):
        made = answer(
            travaux(
                data,
                *("export", "--draft", "peace-negotiation", "--profile", profile, *more),
                *("-o", str(out), "--json"),
            )
        )
        assert out.read_bytes()[:2] == b"PK"
        assert made["bytes"] == out.stat().st_size
        assert len(made["sha256"]) == 64
        with ZipFile(out) as parts:
            written = parts.read("word/document.xml").decode()
        assert ("until everything is agreed" in written) == bool(more)
    assert "no draft 'nowhere'" in refused(
        travaux(data, "export", "--draft", "nowhere", "-o", str(out))
    )

    checked = answer(travaux(data, "verify", "--json"))
    assert list(checked["drafts"]) == ["peace-negotiation"]
    assert checked["faults"] == []

    copy = tmp_path / "copy.backup"
    answer(travaux(data, "backup", str(copy), "--json"))
    answer(travaux(tmp_path / "elsewhere", "restore", str(copy), "--json"))
    again = answer(travaux(tmp_path / "elsewhere", "verify", "--json"))
    assert again == checked


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    answer(travaux(data, "load", str(STARTER), "--json"))
    copy = tmp_path / "copy.backup"
    answer(travaux(data, "backup", str(copy), "--json"))
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 0xFF
    copy.write_bytes(bytes(content))
    said = refused(travaux(tmp_path / "elsewhere", "restore", str(copy)))
    assert said.strip().endswith(".")


def test_a_source_is_added_with_its_passages(tmp_path: Path) -> None:
    source = tmp_path / "report.txt"
    source.write_text(
        "Findings\nTalks were held in secret.Footnote 1 They lasted a year.\n"
        "Outlook\nThe parties expect to meet again in the coming spring.\n",
        encoding="utf-8",
    )
    found = answer(travaux(tmp_path / "data", "library", "add", str(source), "--json"))
    assert (found["headings"], found["passages"], found["notes"]) == (2, 2, 1)


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    assert "TRAVAUX_PORT" in refused(travaux(tmp_path, "migrate", TRAVAUX_PORT="eighty"))


@pytest.mark.parametrize("word", ["outline", "export", "backup", "restore", "load"])
def test_a_command_without_its_file_says_what_is_missing(tmp_path: Path, word: str) -> None:
    assert "Missing" in refused(travaux(tmp_path, word))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"this is no database at all, only words" * 40, "damaged, or is not a database"),
        (b"", "run `travaux migrate` first"),
    ],
)
def test_a_database_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "travaux.sqlite3").write_bytes(content)
    assert said in refused(travaux(tmp_path, "verify", "--json"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:p@127.0.0.1:9/none", "cannot be reached"),
        ("no address", "not the address of a database"),
        ("mysql://u@h/n", "SQLite or PostgreSQL"),
    ],
)
def test_a_database_that_is_not_there_is_a_sentence(
    tmp_path: Path, address: str, said: str
) -> None:
    done = travaux(tmp_path, "verify", "--json", TRAVAUX_DATABASE_URL=address)
    assert said in refused(done)
    assert "sqlalche.me" not in done.stderr


@pytest.mark.parametrize(("name", "value"), [("PORT", "99999"), ("PORT", "-1"), ("PROCESSES", "0")])
def test_a_number_out_of_bounds_is_named(tmp_path: Path, name: str, value: str) -> None:
    said = refused(travaux(tmp_path, "migrate", **{f"TRAVAUX_{name}": value}))
    assert f"TRAVAUX_{name}" in said


def test_a_copy_is_not_written_over_a_folder_or_a_pipe(tmp_path: Path) -> None:
    assert travaux(tmp_path, "migrate").returncode == 0
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for where in (tmp_path, pipe, tmp_path / "none" / "copy"):
        refused(travaux(tmp_path, "backup", str(where)))
    assert pipe.is_fifo()
