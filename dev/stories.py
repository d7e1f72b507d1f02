"""Plays the two stories against a running server, as people would: over HTTP and by mail.

Reads ESIGN_URL, ESIGN_DATABASE, ESIGN_MAILS (the folder where mails land) and ESIGN_OUT.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from story import checks, evidence, purchase, quotation
from story.office import Office
from story.post import Post


def main():
    url, database = os.environ["ESIGN_URL"], os.environ["ESIGN_DATABASE"]
    out, post = Path(os.environ["ESIGN_OUT"]), Post(Path(os.environ["ESIGN_MAILS"]))
    office = Office(url, database)
    started = time.monotonic()
    for title, story in (("A quotation", quotation), ("A purchase approval", purchase)):
        print(f"\n{title}")
        folder = out / story.FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for line in story.play(office, post, folder):
            print(f"  {line}", flush=True)
        for line in checks.look_at(folder / "signed.pdf", folder / evidence.ROOT):
            print(f"  {line}", flush=True)
    print(f"\nBoth stories are true. ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
