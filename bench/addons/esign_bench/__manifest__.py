{
    "name": "Routes to measure against",
    "summary": "Loaded by bench/page.py alone; never installed",
    "version": "19.0.1.0.0",
    "author": "odoo_esign contributors",
    "license": "LGPL-3",
    "depends": ["web"],
    "installable": True,
}
