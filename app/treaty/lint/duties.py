"""Rules on what is owed, allowed and forbidden, and on words that leave it open."""

import re
from collections.abc import Iterator

from app.treaty.lint.finding import Hit, Rule, Severity
from app.treaty.lint.pointing import pattern
from app.treaty.lint.scope import Scope

_NO_SHALL = re.compile(
    r"\b(?:Each|The|A|Any|Every|No) (?:High )?(?:Contracting |State |States )?Part(?:y|ies) "
    r"(?:will|must|agrees? to|is to|are to)\b"
)
_MAY_NOT = re.compile(r"\bmay not\b")
_PREAMBLE_DUTY = re.compile(r"\b(?:Part(?:y|ies)|States?|they|it) shall\b")
_SOFT = re.compile(
    r"\bshall endeavou?r\b|\bshall,? (?:as|where|when|if) (?:appropriate|possible|feasible"
    r"|necessary)\b|\b(?:to the (?:fullest |greatest |maximum )?extent (?:possible|feasible"
    r"|practicable)|as far as (?:possible|practicable))\b"
)
_AND_OR = re.compile(r"\band/or\b")
_GENDER = re.compile(r"\b(?:he|his|him|himself)\b(?! or her\b| or she\b)(?<!she or he)")
_OPEN_END = re.compile(r"\betc\b\.?|\band so on\b")
_NO_START = re.compile(
    r"\bwithin (?:\d+|[a-z]+(?:-[a-z]+)?) (?:days?|months?|years?)\b"
    r"(?![^.;]{0,40}\b(?:of|from|after|following|before|prior|since)\b)"
)


def _owed_before(scope: Scope) -> Iterator[Hit]:
    clauses = scope.whole.document.clauses
    for index in scope.preamble:
        for match in _PREAMBLE_DUTY.finditer(clauses[index].text):
            yield Hit(
                index, "A preamble lays down no duties: move it to an article.", *match.span()
            )


RULES = (
    Rule(
        "M01",
        Severity.WARN,
        "A duty without shall",
        "In a treaty shall is the duty; will and must leave the reader to guess.",
        "Article 1\nAim\n\n1. Each Party must notify the Secretariat.",
        "Article 1\nAim\n\n1. Each Party shall notify the Secretariat.",
        pattern(_NO_SHALL, "“{}”: a duty is said with shall."),
    ),
    Rule(
        "M02",
        Severity.INFO,
        "May not",
        "It can mean a ban, or that something might not be so.",
        "Article 1\nAim\n\n1. A Party may not prosecute the mediator.",
        "Article 1\nAim\n\n1. A Party shall not prosecute the mediator.",
        pattern(_MAY_NOT, "“{}” is a ban or a guess: for a ban write shall not."),
    ),
    Rule(
        "M03",
        Severity.WARN,
        "A duty in the preamble",
        "Recitals give reasons; what they seem to order binds nobody.",
        "Recognizing that each Party shall protect negotiators,\n\nHave agreed as follows:\n\n"
        "Article 1\nAim",
        "Recognizing the need to protect negotiators,\n\nHave agreed as follows:\n\n"
        "Article 1\nAim\n\n1. Each Party shall talk.",
        _owed_before,
    ),
    Rule(
        "M04",
        Severity.INFO,
        "A softened duty",
        "Worth a look: was a duty meant, or an effort?",
        "Article 1\nAim\n\n1. Each Party shall endeavour to train mediators.",
        "Article 1\nAim\n\n1. Each Party shall train mediators.",
        pattern(_SOFT, "“{}” asks for an effort, not for a result."),
    ),
    Rule(
        "M05",
        Severity.WARN,
        "And/or",
        "It cannot be translated into every language; “or both” can.",
        "Article 1\nAim\n\n1. Parties shall report acts and/or omissions.",
        "Article 1\nAim\n\n1. Parties shall report acts or omissions, or both.",
        pattern(_AND_OR, "“{}”: write “a or b, or both”."),
    ),
    Rule(
        "M06",
        Severity.INFO,
        "A pronoun for men only",
        "UN texts speak of all persons.",
        "Article 1\nAim\n\n1. The mediator may name his deputy.",
        "Article 1\nAim\n\n1. The mediator may name his or her deputy.",
        pattern(_GENDER, "“{}” speaks of men only."),
    ),
    Rule(
        "M07",
        Severity.WARN,
        "An open end",
        "What “etc.” covers is for a court to say.",
        "Article 1\nAim\n\n1. Parties shall hand over weapons, explosives, etc.",
        "Article 1\nAim\n\n1. Parties shall hand over weapons, explosives and the like.",
        pattern(_OPEN_END, "“{}” leaves open what is covered."),
    ),
    Rule(
        "M08",
        Severity.WARN,
        "A period without a beginning",
        "A time limit runs from some event, or it does not run.",
        "Article 1\nAim\n\n1. Each Party shall act within thirty days.",
        "Article 1\nAim\n\n1. Each Party shall act within thirty days after the date of deposit.",
        pattern(_NO_START, "“{}”: from when?"),
    ),
)
