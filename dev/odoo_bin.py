"""Odoo's command as a file: Odoo starts its worker for long polling by the name of that file."""

import sys
from pathlib import Path

# this folder's own modules are not meant to be found by Odoo
sys.path.remove(str(Path(__file__).resolve().parent))

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
