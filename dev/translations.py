"""Take up new texts into the files of translations: `make translations`.

The template is exported anew, and each language gets the new texts, empty, and loses those that
are gone. A text that was changed slightly is a new one: nothing is guessed.
"""

import sys

import polib
from devenv import databases, odoo_server, paths, postgres, say

FOLDER = paths.MODULE / "i18n"
TEMPLATE = FOLDER / "odoo_esign.pot"


def export():
    """Write the template out of the database that holds the present module."""
    databases.make_ready()
    words = ["i18n", "export", "-c", str(odoo_server.write_config())]
    odoo_server.shell.run(
        [*odoo_server.program(), *words, "-d", databases.name("ready"), "odoo_esign"],
        "translations",
        "Odoo could not export the texts.",
        env=odoo_server.environment(),
    )


def take_up(path, template):
    """Bring one language up to date; return how many texts are not translated."""
    old = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(path))}
    file = polib.pofile(str(path))
    header = file.metadata
    file = polib.POFile(wrapwidth=78)
    file.header, file.metadata = template.header, header
    for entry in template:
        fresh = polib.POEntry(
            msgctxt=entry.msgctxt,
            msgid=entry.msgid,
            msgstr=old.get((entry.msgctxt, entry.msgid), ""),
            comment=entry.comment,
            occurrences=entry.occurrences,
            flags=entry.flags,
        )
        file.append(fresh)
    file.save(str(path))
    return sum(not entry.msgstr for entry in file)


def main():
    with postgres.in_use(), say.step("Exporting the texts"):
        export()
    template = polib.pofile(str(TEMPLATE))
    say.line(f"{len(template)} texts")
    for path in sorted(FOLDER.glob("*.po")):
        say.line(f"{path.stem}: {take_up(path, template)} not translated")


if __name__ == "__main__":
    sys.exit(say.main(main))
