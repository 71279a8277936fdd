"""Small treaties for the tests of Word files, in a compact notation.

One clause a line, two spaces a level: `kind [number] | words`.

    part | General
      article | Terms
        paragraph - | For the purposes of this Convention:
          subparagraph | "facilitator" means ...;
"""

from app.exchange.word.treaty import Authority, Mast, WordTreaty
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme

TREATY = {
    "id": "untoc",
    "type": "treaty",
    "title": "United Nations Convention against Transnational Organized Crime",
    "title-short": "UNTOC",
    "adopted": {"date-parts": [[2000, 11, 15]]},
    "in-force": {"date-parts": [[2003, 9, 29]]},
    "volume": "2225",
    "container-title-short": "UNTS",
    "page": "209",
}
JUDGMENT = {
    "id": "tadic",
    "type": "legal_case",
    "title": "Prosecutor v Tadić",
    "title-short": "Tadić",
    "number": "IT-94-1-AR72",
    "chamber": "Appeals Chamber",
    "issued": {"date-parts": [[1995, 10, 2]]},
}
MAST = Mast(
    draft="talks",
    edition="Zero draft",
    symbol="A/CONF.999/L.1",
    dated="1 March 2026",
    distribution="Limited",
    record_status="For discussion. No official status.",
    journal_head="ab" * 32,
    journal_seq=7,
)


def document(notation: str, title: str = "Convention on Talks") -> Document:
    """The document that the notation says; uids are u0, u1, ..."""
    clauses: list[Clause] = []
    for line in filter(str.strip, notation.strip("\n").splitlines()):
        head, _, words = line.partition("|")
        name, _, number = head.strip().partition(" ")
        kind, words = Kind(name), words.strip()
        clauses.append(
            Clause(
                kind,
                number.strip(),
                words if kind.bears_heading else "",
                "" if kind.bears_heading else words,
                (len(head) - len(head.lstrip())) // 2,
                f"u{len(clauses)}",
            )
        )
    return Document(title, tuple(clauses))


def treaty(
    notation: str,
    authorities: dict[str, tuple[Authority, ...]] | None = None,
    *,
    gaps: dict[str, str] | None = None,
    scheme: Scheme = Scheme.UN,
) -> WordTreaty:
    """The treaty ready to be written."""
    return WordTreaty(document(notation), scheme, MAST, authorities or {}, gaps or {})


RICH = """
formula | The States Parties to this Convention,
recital | Recalling the purposes of the Charter,
recital | Deeply concerned that talks are prosecuted,
recital | [Bearing in mind article 2 of this Convention,]
formula | Have agreed as follows:
part | General provisions
  article | Use of terms
    paragraph - | For the purposes of this Convention:
      subparagraph | “facilitator” means a person [or body] who helps;
      subparagraph | “talks” includes:
        item | an exchange of messages; and
        item | a meeting.
  article | Scope
    paragraph | This Convention applies to talks.
part | Safety
  section | Persons
    article | Safe passage
      paragraph | Each Party shall act under article 2 and paragraph 2 of this article.
      paragraph | The notice of Article 1 (b) (i) shall contain:
        subparagraph | the name; and
        subparagraph | the route, see subparagraph (a).
      paragraph 2 bis | A frozen paragraph.
      paragraph | See articles 1 and 2, Part I and annex I, article 1.
    article 3 bis | Frozen
      paragraph | First of a frozen article.
      paragraph | See article 3 bis, paragraph 1.
  section | Property
    article | Later
      paragraph | Numbered again from the frozen one.
    article 12 | Far
      paragraph | A jump.
annex | Procedure
  article | Request
    paragraph | A request is made in writing.
    paragraph | It names article 2 of this Convention.
  article | Answer
    paragraph | An answer is given.
closing | IN WITNESS WHEREOF the undersigned have signed.
"""
