"""The letter box: mails that have arrived."""

import re
import time
from email import policy
from email.parser import BytesParser


class Post:
    def __init__(self, folder):
        self.folder = folder
        self._opened = {}

    def mails(self):
        """Return all mails, the newest first; each is opened once."""
        for path in self.folder.glob("*.eml"):
            if path not in self._opened:
                mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                self._opened[path] = mail
        return [self._opened[path] for path in sorted(self._opened, reverse=True)]

    def wait_for(self, address, subject, seconds=90):
        """Wait for the newest mail to ``address`` whose subject holds ``subject``."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for mail in self.mails():
                if address in str(mail["To"]) and subject in str(mail["Subject"]):
                    return mail
            time.sleep(0.3)
        raise TimeoutError(f"no mail to {address} about {subject!r} in {self.folder}")

    @staticmethod
    def link(mail, path):
        """Return the one address in the mail that begins with ``path``."""
        body = mail.get_body(("html",)).get_content()
        found = re.search(rf'href="([^"]*{re.escape(path)}[^"]*)"', body)
        if not found:
            raise ValueError(f"the mail holds no link to {path}")
        return found[1].replace("&amp;", "&")

    @staticmethod
    def attachment(mail):
        return next(mail.iter_attachments()).get_content()
