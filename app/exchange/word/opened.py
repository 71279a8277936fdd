"""A Word file opened: its parts found by their relations, and each walked once.

Every part that is missing or dangles is taken as not there: ordinary files have such, and only
the text itself is needed.
"""

from collections.abc import Iterator

from app.exchange.package import Element, Package, Unreadable, attribute, child, local
from app.exchange.word.revisions import count
from app.exchange.word.sheet import Sheet, styles_on
from app.exchange.word.story import Story, View
from app.exchange.word.views import drafts
from app.exchange.word.walk import Walk
from app.exchange.wordnumbers import Numbers

_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


class Opened:
    """The stories of a file and what its numbers, styles and comments are made from.

    `body` is the text, `notes` the stories of each kind by id, `margins` headers and footers with
    the pages they are for, `revisions` the tracked changes of the text and its notes, counted.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main_part
        body = child(package.xml(self.main), "body")
        if body is None:
            raise Unreadable("The file is damaged: it has no text body.")
        self._parts: dict[str, list[str]] = {}
        for kind, name in package.related(self.main):
            self._parts.setdefault(kind, []).append(name)
        self.styles = self.part("styles")
        self.numbering = self.part("numbering")
        self.settings = self.part("settings")
        self.comments = self.part("comments")
        self.extended = self.part("commentsExtended")
        self.sheet = Sheet(self.styles)
        self._numbers: dict[View, Numbers] = {}
        self._targets: dict[str, dict[str, str]] = {}
        self.body = self._walk(self.main).story(body)
        self.notes = {kind: self._note_stories(kind) for kind in ("footnote", "endnote")}
        self.margins = tuple(self._margin_stories(body))
        inner = [story for kind in self.notes.values() for story in kind.values()]
        self.revisions = count([self.body, *inner])

    def numbers(self, view: View) -> Numbers:
        """The lists of a view with nothing counted yet."""
        if view not in self._numbers:
            self._numbers[view] = Numbers(self.numbering, styles_on(self.styles, view))
        return self._numbers[view].anew()

    def part(self, kind: str) -> Element | None:
        """The root of a part that the text is related to; None when the file has none."""
        name = self._name(kind)
        return None if name is None else self.package.xml(name)

    def remark(self, comment: Element) -> str:
        """The words of a comment, a line each paragraph, as they are with changes accepted."""
        name = self._name("comments") or self.main
        story = self._walk(name).story(comment)
        made = drafts(story, View.ACCEPTED, self.sheet, lambda _: "")
        return "\n".join(draft.text for draft in made).strip()

    def _name(self, kind: str) -> str | None:
        return next((n for n in self._parts.get(kind, ()) if n in self.package), None)

    def _walk(self, name: str) -> Walk:
        if name not in self._targets:
            self._targets[name] = {
                attribute(each, "Id") or "": attribute(each, "Target") or ""
                for each in self._relations(name)
                if not _is_inside(each)
            }
        return Walk(self.sheet, self._targets[name])

    def _relations(self, name: str) -> list[Element]:
        folder, _, base = name.rpartition("/")
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found = self.package.xml(rels) if rels in self.package else ()
        return [each for each in found if local(each)]

    def _note_stories(self, kind: str) -> dict[str, Story]:
        found: dict[str, Story] = {}
        name = self._name(f"{kind}s")
        if name is None:
            return found
        walk = self._walk(name)
        for note in self.package.xml(name):
            if local(note) == kind and attribute(note, "type") not in _SEPARATORS:
                key = attribute(note, "id") or ""
                # Ids have to differ; a note whose id does not is kept, as one that is not called.
                found[key if key not in found else f"{key} ({len(found)})"] = walk.story(note)
        return found

    def _margin_stories(self, body: Element) -> Iterator[tuple[str, str, Story]]:
        """Headers and footers in the order of their parts, each once."""
        pages: dict[str, str] = {}
        for each in body.iter("{*}headerReference", "{*}footerReference"):
            key = next((str(said) for name, said in each.items() if str(name).endswith("}id")), "")
            pages.setdefault(key, attribute(each, "type") or "default")
        names = dict(self._relation_ids())
        for kind in ("header", "footer"):
            # A part that is named again and again is walked once.
            for name in dict.fromkeys(self._parts.get(kind, ())):
                if name in self.package:
                    story = self._walk(name).story(self.package.xml(name))
                    yield kind, pages.get(names.get(name, ""), "default"), story

    def _relation_ids(self) -> Iterator[tuple[str, str]]:
        """(part, id of the relation that leads to it from the text)."""
        inside = [each for each in self._relations(self.main) if _is_inside(each)]
        for relation, (_, name) in zip(inside, self.package.related(self.main), strict=True):
            yield name, attribute(relation, "Id") or ""


def _is_inside(relation: Element) -> bool:
    return attribute(relation, "TargetMode") != "External"
