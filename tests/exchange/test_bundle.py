"""A .zip of files."""

import io
import zipfile

from app.exchange.bundle import zipped


def test_equal_files_make_an_equal_zip() -> None:
    files = [("a/Übersicht.docx", b"one"), ("b.docx", b"")]
    made = zipped(files)
    assert made == zipped(iter(files))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert [(each.filename, archive.read(each)) for each in archive.infolist()] == files
