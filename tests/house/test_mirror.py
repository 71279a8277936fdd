"""Every module has its test where one looks for it: tests/ mirrors app/."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
# Fewer lines of code than this hardly say anything that another module's test does not.
SMALL = 15


def _lines_of_code(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def _expected(module: Path) -> Path:
    inside = module.relative_to(ROOT / "app")
    return ROOT / "tests" / inside.parent / f"test_{inside.name}"


def test_every_module_has_its_test() -> None:
    modules = [p for p in (ROOT / "app").rglob("*.py") if p.name != "__init__.py"]
    assert len(modules) > 30
    missing = [
        str(module.relative_to(ROOT))
        for module in modules
        if _lines_of_code(module) >= SMALL and not _expected(module).is_file()
    ]
    assert missing == []


def test_every_test_has_its_module() -> None:
    layers = ("treaty", "exchange", "store", "actions", "web")
    tests = [p for layer in layers for p in (ROOT / "tests" / layer).rglob("test_*.py")]
    strays = [
        str(test.relative_to(ROOT))
        for test in tests
        if not (ROOT / "app" / test.relative_to(ROOT / "tests").parent / test.name[5:]).is_file()
    ]
    assert strays == []
