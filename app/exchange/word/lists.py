"""The lists of two versions of a file in one numbering part.

A paragraph that went has to show the number that it had, so the lists of the older file are there
too. Where an instance of a list is defined as one of the newer file is, that one serves both (each
of them once: an instance starts where it says one time only); the others are added.
"""

import copy
from collections import defaultdict

from lxml import etree

from app.exchange.package import Element, attribute, child, drop, local, value

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OWN = frozenset({"nsid", "tmpl"})


def merged_lists(old: Element, new: Element) -> dict[str, str]:
    """The instance of the newer file for each of the older one's; missing ones are added to it."""
    lists = _by_key(old, "abstractNum", "abstractNumId")
    found_lists = _match(lists, _by_key(new, "abstractNum", "abstractNumId"))
    for key, element in lists.items():
        if key not in found_lists:
            found_lists[key] = _add_list(new, element)
    ours = _instances(old, found_lists)
    theirs = _instances(new, None)
    spare = defaultdict(list)
    for key, said in theirs.items():
        spare[said].append(key)
    found: dict[str, str] = {}
    for key, said in ours.items():
        # The one with the same number first: most versions of a file share theirs.
        if theirs.get(key) == said and key in spare[said]:
            spare[said].remove(key)
            found[key] = key
    nums = _by_key(old, "num", "numId")
    for key, said in ours.items():
        if key not in found:
            found[key] = spare[said].pop(0) if spare[said] else _add(new, nums[key], found_lists)
    return found


Numbered = tuple[str, str]
"""An instance of a list and a level of it, as a file writes them."""


def by_style(styles: Element | None, numbering: Element | None) -> dict[str, Numbered]:
    """Where each style that counts by itself counts; those that do not are left out."""
    if styles is None:
        return {}
    known = _by_key(styles, "style", "styleId")
    tied = {} if numbering is None else _levels(numbering)
    found = {}
    for key in known:
        at = key
        for _ in range(_LONGEST_CHAIN):
            style = known.get(at)
            if style is None:
                break
            number = value(style, "pPr", "numPr", "numId")
            if number is not None:
                level = value(style, "pPr", "numPr", "ilvl") or tied.get((number, at), "0")
                if number != "0":
                    found[key] = number, level
                break
            at = value(style, "basedOn") or ""
    return found


_LONGEST_CHAIN = 20


def _levels(numbering: Element) -> dict[tuple[str, str], str]:
    """The level that a style is tied to, by instance and style."""
    lists = {}
    for key, element in _by_key(numbering, "abstractNum", "abstractNumId").items():
        lists[key] = {
            value(each, "pStyle") or "": attribute(each, "ilvl") or "0"
            for each in element
            if local(each) == "lvl" and value(each, "pStyle")
        }
    return {
        (number, style): level
        for number, element in _by_key(numbering, "num", "numId").items()
        for style, level in lists.get(value(element, "abstractNumId") or "", {}).items()
    }


def _by_key(part: Element, name: str, key: str) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for each in part:
        if local(each) == name:
            found.setdefault(attribute(each, key) or "", each)
    return found


def _match(old: dict[str, Element], new: dict[str, Element]) -> dict[str, str]:
    """The lists of the newer file that are defined as one of the older is, each for one."""
    spare: defaultdict[bytes, list[str]] = defaultdict(list)
    for key, element in new.items():
        spare[_definition(element)].append(key)
    found: dict[str, str] = {}
    for key, element in old.items():
        same = spare[_definition(element)]
        if same:
            found[key] = same.pop(same.index(key) if key in same else 0)
    return found


def _definition(element: Element) -> bytes:
    """What a list is, without the numbers that only tell it from others."""
    made = copy.deepcopy(element)
    for name in list(made.attrib):
        if str(name).endswith(
            ("abstractNumId", "numId", "durableId", "restartNumberingAfterBreak")
        ):
            del made.attrib[name]
    for each in list(made):
        if local(each) in _OWN:
            made.remove(each)
    for each in made.iter():
        for name in [key for key in each.attrib if str(key).endswith("tplc")]:
            del each.attrib[name]
    return etree.tostring(made, method="c14n", with_tail=False)


def _instances(part: Element, lists: dict[str, str] | None) -> dict[str, tuple[str, bytes]]:
    """Every instance by its number: its list, as the newer file calls it, and what it overrides."""
    found = {}
    for key, element in _by_key(part, "num", "numId").items():
        named = child(element, "abstractNumId")
        of = attribute(named, "val") or "" if named is not None else ""
        overrides = b"".join(
            etree.tostring(each, method="c14n", with_tail=False)
            for each in element
            if local(each) == "lvlOverride"
        )
        found[key] = (of if lists is None else lists.get(of, ""), overrides)
    return found


def _add_list(part: Element, element: Element) -> str:
    """A list of the older file put to those of the newer, under a number that is free."""
    key = str(_free(part, "abstractNum", "abstractNumId"))
    made = copy.deepcopy(element)
    made.set(f"{_W}abstractNumId", key)
    # A style is tied to one list only, and here that is the newer file's.
    for each in list(made.iter(f"{_W}pStyle", f"{_W}styleLink", f"{_W}nsid")):
        drop(each)
    first = next((each for each in part if local(each) == "num"), None)
    if first is not None:
        first.addprevious(made)
    else:
        part.append(made)
    return key


def _add(part: Element, element: Element, lists: dict[str, str]) -> str:
    """An instance of the older file put to those of the newer."""
    key = str(_free(part, "num", "numId"))
    made = copy.deepcopy(element)
    made.set(f"{_W}numId", key)
    named = child(made, "abstractNumId")
    if named is not None:
        named.set(f"{_W}val", lists.get(attribute(named, "val") or "", ""))
    last = [each for each in part if local(each) == "num"]
    if last:
        last[-1].addnext(made)
    else:
        part.append(made)
    return key


def _free(part: Element, name: str, key: str) -> int:
    said = (attribute(each, key) or "" for each in part if local(each) == name)
    return 1 + max((int(each) for each in said if each.isdecimal()), default=0)
