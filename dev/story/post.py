"""The letter box: mails that have arrived."""

import re
import time
from email import policy
from email.parser import BytesParser


class Post:
    def __init__(self, folder):
        self.folder = folder

    def wait_for(self, address, subject, seconds=90):
        """Wait for the newest mail to ``address`` whose subject holds ``subject``."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for path in sorted(self.folder.glob("*.eml"), reverse=True):
                mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
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
