"""A partial says in its first line what it takes, and takes just that; it has one root element."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

from app.web.pages import EVERYWHERE, TEMPLATES, environment

ALL = sorted(TEMPLATES.rglob("*.html"))
PARTIALS = [path for path in ALL if path.name.startswith("_")]
DECLARED = re.compile(r"\{# takes:\s*([\w, ]*?)\s*#\}\n")
# A style that bears the answer's nonce is one that the policy lets in.
FORBIDDEN = re.compile(
    r"<script(?![^>]*\bsrc=)|<style(?! nonce=\"\{\{ style_nonce \}\}\">)"
    r"|\sstyle=|\son\w+=|hx-on|javascript:"
)
VOID = {"input", "br", "hr", "img", "meta", "link", "option", "wbr"}


def called(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def declared(path: Path) -> set[str]:
    """The names in the first line of a partial; None when it has no such line."""
    found = DECLARED.match(path.read_text())
    assert found, f"{called(path)} does not begin with a line that says what it takes"
    return {name for name in re.split(r"[,\s]+", found[1]) if name}


def used(path: Path) -> set[str]:
    """What a template needs from outside, what it includes needs included."""
    tree = environment().parse(path.read_text())
    needs = meta.find_undeclared_variables(tree)
    set_here = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    for include in tree.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const):
            needs |= used(TEMPLATES / include.template.value) - set_here
    return needs - EVERYWHERE


@pytest.mark.parametrize("path", PARTIALS, ids=called)
def test_a_partial_says_just_what_it_takes(path: Path) -> None:
    assert declared(path) == used(path)


class Roots(HTMLParser):
    """Gathers the elements at the top of a fragment: their ids, None for one without."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.ids: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.ids.append(dict(attrs).get("id"))
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1


# Runs of words inside a sentence, and what hands on markup that has its root already.
INLINE = {"ui/_piece.html", "ui/_as_is.html", "clauses/_clause.html"}


@pytest.mark.parametrize("path", [p for p in PARTIALS if called(p) not in INLINE], ids=called)
def test_a_partial_has_one_root_with_an_id(path: Path) -> None:
    roots = Roots()
    roots.feed(re.sub(r"\{[{#](.*?)[}#]\}", "x", re.sub(r"\{%.*?%\}", "", path.read_text())))
    assert len(roots.ids) == 1
    assert roots.ids[0]


@pytest.mark.parametrize("path", ALL, ids=called)
def test_a_template_is_of_a_size_that_can_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 80


@pytest.mark.parametrize("path", ALL, ids=called)
def test_a_template_holds_no_script_and_no_style(path: Path) -> None:
    text = path.read_text()
    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("path", ALL, ids=called)
def test_what_is_included_is_there(path: Path) -> None:
    loader = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    for name in meta.find_referenced_templates(loader.parse(path.read_text())):
        assert name and (TEMPLATES / name).exists(), name


@pytest.mark.parametrize("path", ALL, ids=called)
def test_every_form_that_changes_something_carries_the_token(path: Path) -> None:
    text = path.read_text()
    for form in re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", text, re.DOTALL):
        assert "{{ csrf_field }}" in form or "{% include" in form, form[:120]
