"""Makes `pades` and `evidence` importable without Odoo."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'odoo_esign'))
