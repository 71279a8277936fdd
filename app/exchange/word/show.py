"""A reading of a Word file as text for a terminal: marks in the words, then what was lost.

Inserted words stand in {+ +}, deleted ones in {- -}, as in CriticMarkup; a paragraph mark that
came or went is shown as a pilcrow.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_MARKS = {
    "insertion": ("{+", "+}"),
    "moved to": ("{+", "+}"),
    "deletion": ("{-", "-}"),
    "moved from": ("{-", "-}"),
}


def as_text(plain: Mapping[str, Any]) -> str:
    """What `travaux read` prints: `plain` is a reading as `app.exchange.word.plain` makes it."""
    lines = [_line(each, plain["view"] == "marked") for each in plain["paragraphs"]]
    lines += _notes(plain["paragraphs"])
    lines += _comments(plain["comments"])
    if plain["revisions"]:
        lines += ["", f"Tracked changes: {len(plain['revisions'])}"]
        lines += [_revision(each) for each in plain["revisions"]]
    if plain["losses"]:
        lines += ["", f"Seen and not taken: {len(plain['losses'])}"]
        lines += [_loss(each) for each in plain["losses"]]
    return "\n".join(lines)


def _line(paragraph: Mapping[str, Any], is_marked: bool) -> str:
    text = paragraph["text"]
    if is_marked:
        text = _marked(text, paragraph["revisions"])
    return f"{paragraph['label']}\t{text}" if paragraph["label"] else text


def _marked(text: str, revisions: list[Mapping[str, Any]]) -> str:
    signs: list[tuple[int, int, str]] = []
    for turn, each in enumerate(revisions):
        if each["kind"] not in _MARKS:
            continue
        before, after = _MARKS[each["kind"]]
        mark = "¶" if each["text"].endswith("\n") else ""
        # At the same place what ends comes before what begins.
        signs.append((each["begin"], turn + 1, before))
        signs.append((each["end"], 0 if each["end"] > each["begin"] else turn + 1, mark + after))
    made, at = [], 0
    for place, _, sign in sorted(signs, key=lambda one: one[:2]):
        made += [text[at:place], sign]
        at = place
    return "".join([*made, text[at:]])


def _notes(paragraphs: list[Mapping[str, Any]]) -> Iterator[str]:
    notes = [note for each in paragraphs for note in each["notes"]]
    if notes:
        yield ""
    for note in notes:
        yield f"{note['kind']} {note['number']}: {note['text']}"


def _comments(threads: list[Mapping[str, Any]]) -> Iterator[str]:
    if threads:
        yield ""
    for each in threads:
        state = ", resolved" if each["resolved"] else ""
        on = f" on “{each['words']}”" if each["words"] else ""
        yield f"Comment by {each['author'] or 'nobody'}{on}{state}: {each['text']}"
        for reply in each["replies"]:
            yield f"    {reply['author'] or 'nobody'}: {reply['text']}"


def _revision(each: Mapping[str, Any]) -> str:
    when = f", {each['date']}" if each["date"] else ""
    words = each["text"].replace("\n", "¶")
    detail = f" ({each['detail']})" if each["detail"] else ""
    return f"{each['id']}. {each['kind']}{detail} by {each['author'] or 'nobody'}{when}: “{words}”"


def _loss(each: Mapping[str, Any]) -> str:
    place = f"{each['place']}: " if each["place"] else ""
    return f"- {place}{each['sentence']}"
