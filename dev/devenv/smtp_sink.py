"""A mail server that delivers to nobody: one .eml file per mail in a folder."""

import re
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from . import paths, shell

FOLDER = paths.DEV / "mail"


class _Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        numbers = [int(path.name.split("-", 1)[0]) for path in folder.glob("[0-9]*-*.eml")]
        self.last = max(numbers, default=0)

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content or envelope.content
        with self.lock:
            self.last += 1
            number = self.last
        subject = str(message_from_bytes(content, policy=policy.default)["subject"] or "")
        to = envelope.rcpt_tos[0] if envelope.rcpt_tos else "nobody"
        words = re.sub(r"[^A-Za-z0-9@.]+", "-", f"{to}-{subject}").strip("-.")[:90]
        target = self.folder / f"{number:04d}-{words}.eml"
        # Whoever watches the folder sees whole mails only.
        partial = target.with_suffix(".part")
        partial.write_bytes(content)
        partial.rename(target)
        return "250 kept"


@contextmanager
def mail_sink(folder=FOLDER, port=None):
    """Listen on loopback while the block runs; yields the port."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or shell.free_port()
    controller = Controller(
        _Keeper(folder), hostname="127.0.0.1", port=port, data_size_limit=64 * 1024 * 1024
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
