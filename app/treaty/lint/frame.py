"""Rules on what stands around the articles: the preamble, the final clauses, the testimonium."""

import re
from collections.abc import Iterator

from app.treaty.document import Kind
from app.treaty.lint.finding import Hit, Rule, Severity
from app.treaty.lint.scope import Scope
from app.treaty.preamble import is_recital

_FINAL_CLAUSES = (
    ("signature", re.compile(r"open for signature|shall be signed")),
    ("consent to be bound", re.compile(r"ratification|acceptance")),
    ("accession", re.compile(r"accession|accede")),
    ("the depositary", re.compile(r"[Dd]epositary|deposited with")),
    ("entry into force", re.compile(r"[Ee]nt(?:ers?|ry) into force")),
    ("reservations", re.compile(r"[Rr]eservation")),
    ("amendment", re.compile(r"[Aa]mendment")),
    ("withdrawal or denunciation", re.compile(r"[Dd]enounce|[Dd]enunciation|[Ww]ithdraw")),
    (
        "the settlement of disputes",
        re.compile(r"interpretation or (?:the )?application|[Ss]ettlement of disputes"),
    ),
    ("authentic texts", re.compile(r"equally authentic|[Aa]uthentic texts")),
)
_COMPLETE = (
    "Article 1\nFinal clauses\n\n1. This Convention is open for signature and subject to "
    "ratification, and to accession. The depositary receives amendments. It enters into force at "
    "once.{} A Party may withdraw. Differences over its interpretation or application are settled "
    "by talks. Its texts are equally authentic."
)
_TWO_ARTICLES = "Article 1\nAim\n\n1. Parties shall talk.\n\nArticle 2\nScope\n\n1. All may.\n\n"
_LANGUAGES = re.compile(r"of which the ([A-Z][^.;]{5,90}?) texts? (?:are|is|being)")
_WITNESS = re.compile(r"\bin (?:witness|faith) whereof\b", re.IGNORECASE)
_DONE = re.compile(r"\bDONE ?(?:at|in)\b|\bDone ?(?:at|in|on)\b")
_LETTER = re.compile(r"^\W*\(?[a-z]{1,2}\)\s+")


def _recitals(scope: Scope) -> Iterator[Hit]:
    clauses = scope.whole.document.clauses
    inner = [at for at in scope.preamble if clauses[at].kind in (Kind.RECITAL, Kind.FORMULA)]
    agreed = next((at for at in inner if re.search(r"[Hh]ave agreed", clauses[at].text)), None)
    if agreed is None or not scope.is_treaty:
        return
    opening = next((at for at in inner if clauses[at].kind is Kind.FORMULA), agreed)
    for at in inner:
        if at >= agreed or at == opening:
            continue
        text = _LETTER.sub("", clauses[at].text).lstrip("[*_ ")
        if not is_recital(text):
            yield Hit(at, "A recital opens with a participle or an adjective.")
        elif not re.search(r"[,;][\]* ]*$", text) and at + 1 in inner:
            yield Hit(at, "A recital ends with a comma.")


def _missing(scope: Scope) -> Iterator[Hit]:
    if not scope.is_treaty or not any(scope.of(Kind.ARTICLE)):
        return
    absent = [name for name, regex in _FINAL_CLAUSES if not regex.search(scope.prose)]
    if absent:
        listed = " or ".join(filter(None, (", ".join(absent[:-1]), absent[-1])))
        yield Hit(None, f"Nothing is said of {listed}.")


def _languages(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        for match in _LANGUAGES.finditer(text):
            named = re.findall(r"[A-Z][a-z]+", match[1])
            if named != sorted(named):
                yield Hit(
                    index, "The languages stand in English alphabetical order.", *match.span()
                )


def _testimonium(scope: Scope) -> Iterator[Hit]:
    if not scope.is_treaty:
        return
    witness, done = _WITNESS.search(scope.prose), _DONE.search(scope.prose)
    if bool(witness) != bool(done):
        lacking = "“DONE at ...”" if witness else "“IN WITNESS WHEREOF ...”"
        yield Hit(None, f"The closing lacks {lacking}.")


RULES = (
    Rule(
        "P01",
        Severity.WARN,
        "A recital in another form",
        "Recitals are one sentence: each opens with a participle and ends with a comma.",
        "The States Parties to this Convention,\n\nWe recall the Charter.\n\n"
        "Have agreed as follows:\n\nArticle 1\nAim",
        "The States Parties to this Convention,\n\nRecalling the Charter,\n\n"
        "Have agreed as follows:\n\nArticle 1\nAim",
        _recitals,
    ),
    Rule(
        "P02",
        Severity.WARN,
        "A final clause is missing",
        "The Treaty Section's checklist of final clauses (UN Treaty Handbook).",
        _COMPLETE.format(""),
        _COMPLETE.format(" No reservation may be made."),
        _missing,
    ),
    Rule(
        "P03",
        Severity.INFO,
        "Languages out of order",
        "Authentic languages are named in English alphabetical order.",
        _TWO_ARTICLES
        + "Article 3\nTexts\n\n1. The original, of which the English, French, Arabic, "
        "Chinese, Russian and Spanish texts are equally authentic, is kept.",
        _TWO_ARTICLES + "Article 3\nTexts\n\n1. The original, of which the Arabic, Chinese, "
        "English, French, Russian and Spanish texts are equally authentic, is kept.",
        _languages,
    ),
    Rule(
        "P04",
        Severity.WARN,
        "Half a testimonium",
        "The closing has two halves: IN WITNESS WHEREOF, and DONE at.",
        _TWO_ARTICLES + "IN WITNESS WHEREOF the undersigned have signed this Convention.",
        _TWO_ARTICLES + "IN WITNESS WHEREOF the undersigned have signed this Convention.\n\n"
        "DONE at Geneva, this first day of May.",
        _testimonium,
    ),
)
