"""Entry point of the commands that need the virtual environment; see `make help`."""

import subprocess
import sys

from devenv import databases, odoo_server, postgres, say, smtp_sink


def odoo(words):
    """Odoo with this clone's set-up; its mails are kept in .dev/mail."""
    if words and not words[0].startswith("-"):  # a subcommand: shell, scaffold, …
        subcommand, words = [words[0]], words[1:]
    else:
        subcommand = []
    with postgres.in_use(), smtp_sink.mail_sink() as smtp_port:
        python, minus_m, module, *options = odoo_server.command(f"--smtp-port={smtp_port}")
        process = subprocess.Popen(
            [python, minus_m, module, *subcommand, *options, *words],
            env=odoo_server.environment(),
        )
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the child got the signal too and stops in its own order


def db(words):
    with postgres.in_use():
        databases.command_line(words)


COMMANDS = {
    "pg": postgres.command_line,
    "odoo": odoo,
    "db": db,
}


def main(words):
    if not words or words[0] not in COMMANDS:
        raise say.Stop(f"run.py knows: {', '.join(COMMANDS)}")
    return COMMANDS[words[0]](words[1:])


if __name__ == "__main__":
    say.main(main, sys.argv[1:])
