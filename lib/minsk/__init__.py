"""The CSCE/OSCE Minsk process on Nagorno-Karabakh, 1992-2025, as data.

>>> import minsk
>>> wb = minsk.load()
>>> summits = wb.events.query("kind == 'summit'")
"""

from importlib import import_module

from . import chronology, dates, figures, proposals
from .adding import add
from .checks import check, load, problems
from .citations import bibliography, cite, disagreements, independent
from .figures import say, share, show, table
from .tables import DataError, Workbook

__all__ = [
    "DataError", "Workbook", "add", "bibliography", "check", "chronology", "cite", "completeness", "dates",
    "disagreements", "figures", "independent", "load", "network", "problems", "proposals", "say", "share", "show",
    "statements", "table",
]  # fmt: skip


def __getattr__(name: str):
    if name in ("completeness", "network", "statements"):  # not all at once: networkx takes a tenth of a second
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
