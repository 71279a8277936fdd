from app.exchange.word.treaty import Mast, WordTreaty
from app.treaty.document import Document
from app.treaty.numbering import Scheme


def test_a_treaty_is_circulated_without_status_and_sources_unless_said_otherwise() -> None:
    plain = WordTreaty(Document("T"), Scheme.UN, Mast("t"))
    assert plain.authorities == {}
    assert plain.gaps == {}
    assert "No official status" in plain.mast.record_status
