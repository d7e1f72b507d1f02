"""Every ``test_*.py`` here is one of the add-on's tests, for ``odoo --test-enable`` too."""

from importlib import import_module
from pathlib import Path

for _file in sorted(Path(__file__).parent.glob("test_*.py")):
    import_module(f"{__name__}.{_file.stem}")
