"""Set everything up that the other commands need; says nothing when all is there.

Runs with the machine's own Python and the standard library only.
"""

from devenv import (
    axe,
    locks,
    machine,
    odoo_download,
    odoo_source,
    say,
    script_fonts,
    venv,
    wkhtmltopdf,
)


def main():
    with locks.exclusive("set-up", "another command is setting up"):
        machine.install_missing()
        odoo_download.ensure()
        venv.ensure()
        odoo_source.python_path()
        wkhtmltopdf.ensure()
        axe.ensure()
        script_fonts.ensure()


if __name__ == "__main__":
    say.main(main)
