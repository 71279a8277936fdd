"""What a house has settled about its text: how references are written, how it names itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """The forms that are held against a text; "" where most of the text decides.

    `article` is "article" or "Article" within a sentence, `itself` "this" or "the present"
    (Convention), `references` "un" for article 5, paragraph 2 (a), "eu" for Article 5(2)(a).
    """

    article: str = ""
    itself: str = ""
    references: str = ""


OPEN = House()
"""A house that has settled nothing."""
