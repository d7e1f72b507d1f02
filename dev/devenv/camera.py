"""What the programs that make pictures share: a server of their own, and small files."""

from contextlib import contextmanager

from PIL import Image
from story.post import Post

from . import databases, locks, odoo_server, paths, postgres, say, shell, smtp_sink

DATABASE = "pictures"


@contextmanager
def studio():
    """Start a server on a fresh database; yields it and its letter box."""
    with paths.temporary_folder(), locks.exclusive("pictures"), postgres.in_use():
        database = databases.fresh(DATABASE)
        mails = paths.DEV / "pictures"
        for mail in mails.glob("*.eml"):
            mail.unlink()
        with smtp_sink.mail_sink(mails) as smtp_port:
            server = odoo_server.Server(database, smtp_port)
            databases.set_address(database, server.url)
            with say.step("Starting the Odoo server", "about 10 s"):
                server.start()
            try:
                yield server, Post(mails)
            finally:
                server.stop()
                databases.drop(database)


def save(picture, target, largest, colours=256):
    """Write a PNG with as few colours as look the same: a third of the bytes.

    :param int largest: bytes that it may have
    """
    small = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
    size = target.stat().st_size
    if size > largest:
        raise say.Stop(f"{target.name} has {size} bytes, more than {largest}.")
    say.line(f"{shell.shown(target)}: {picture.width} x {picture.height}, {size // 1024} kB")
