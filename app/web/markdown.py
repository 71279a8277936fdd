"""What somebody wrote in Markdown as markup that is safe to show: no pictures, no raw HTML.

A link to /seats/3 names a seat and is no link; one to a passage or a case of the library is a
citation, and its words are its pinpoint.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SEAT = re.compile(r"/seats/(\d{1,9})")
"""The address by which a note names a seat."""

_TAGS = {
    *("p", "em", "strong", "a", "ul", "ol", "li", "blockquote"),
    *("code", "pre", "br", "hr", "span", "h4"),
}
_ATTRIBUTES = {"a": {"href"}, "span": {"class"}, "ol": {"start"}}


@lru_cache(maxsize=2_000)
def shown(body: str) -> Markup:
    """The markup of a note's words."""
    # Fetched when the first note is shown: a server that shows none is spared the memory.
    import nh3  # noqa: PLC0415

    tokens = _markdown().parse(body)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
        inside: list[bool] = []
        for part in token.children or ():
            if part.type == "link_open":
                inside.append(SEAT.fullmatch(str(part.attrs.get("href", ""))) is not None)
                if inside[-1]:
                    part.tag, part.attrs = "span", {"class": "mention"}
            elif part.type == "link_close" and inside.pop():
                part.tag = "span"
    html = _markdown().renderer.render(tokens, _markdown().options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704  # what is left of it is the few tags above


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
