"""The text of a Word file from a stranger, read in a process of its own (word/jail.py)."""

import json
from dataclasses import asdict

from app.exchange.package import Unreadable
from app.exchange.word.gate import MOST_FILE
from app.exchange.word.jail import MOST_ANSWER, Answer, answer_with, ask_apart
from app.exchange.wordtext import WordNote, WordParagraph, WordText, read_word


def read_word_apart(content: bytes) -> WordText:
    """The text of a .docx file; Unreadable with a sentence when it is none, or is refused."""
    if len(content) > MOST_FILE:
        raise Unreadable(f"The file is larger than {MOST_FILE // 1_000_000} MB.")
    _, made = ask_apart([], content, __name__)
    try:
        plain = json.loads(made)
    except ValueError as error:
        raise Unreadable("The file could not be read to its end; refused.") from error
    return WordText(
        tuple(
            WordParagraph(**{**each, "notes": tuple(each["notes"])}) for each in plain["paragraphs"]
        ),
        tuple(WordNote(**each) for each in plain["notes"]),
        tuple(plain["losses"]),
    )


def _answer(content: bytes) -> Answer:
    said = json.dumps(asdict(read_word(content))).encode()
    if len(said) > MOST_ANSWER:
        raise Unreadable("What is in the file is too long to be read as one text; refused.")
    return {}, [said]


if __name__ == "__main__":
    answer_with(_answer)
