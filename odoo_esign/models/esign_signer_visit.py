from datetime import timedelta

from odoo import fields, models

MAX_SESSIONS = 20
MAX_READ = 12
MAX_DOWNLOADS = 50
SAME_DOWNLOAD = timedelta(minutes=10)


class EsignSigner(models.Model):
    """What a visitor does on the page besides acting: comes in, reads, takes a copy along.

    All of it is told by the page's script, in a POST: nothing is written when something is
    merely fetched, since link scanners fetch too. Nothing here moves the envelope's revision;
    jobs at work on it are not disturbed.
    """

    _inherit = "esign.signer"

    def _signing_page(self, csrf_token):
        page = super()._signing_page(csrf_token)
        page["urls"].update(
            {name: f"{self._page_path()}/{name}" for name in ("read", "downloaded")}
        )
        return page

    def _logged(self, code):
        """Return the lines with this code about this participant's own doing, oldest first."""
        self.ensure_one()
        return (
            self.env["esign.event"]
            .sudo()
            .search(
                [
                    ("envelope_id", "=", self.envelope_id.id),
                    ("code", "=", code),
                    ("actor", "=", f"signer:{self.id}"),
                ],
                order="seq",
            )
        )

    # ------------------------------------------------------------- coming in
    def _come_in(self, network, session):
        """Log how the visitor was identified, once for each session.

        :param str session: a mark of the cookie or the login's session, of no use to open it
        """
        self.ensure_one()
        if self._obstacle() not in (None, "already", "revised"):
            return
        lines = self._logged("identified")
        if len(lines) >= MAX_SESSIONS or any(
            line._facts().get("session") == session for line in lines
        ):
            return
        user = self.env["res.users"].browse(network.get("user_id") or ())
        self.envelope_id._log(
            "identified",
            {
                **self._evidence_facts(),
                "identified_by": network["identification"],
                "session": session,
                "login": user.login or "",
                "ip_address": network["ip_address"],
                "user_agent": network["user_agent"],
            },
            actor=self,
        )

    # ------------------------------------------------------------- reading
    def _read_pages(self, reading, session):
        """Log how far the documents were read, when pages have been seen that were not before.

        :param dict reading: what the page reports: ``pages`` (document's id → numbers of
            the pages seen) and ``seconds``
        """
        self.ensure_one()
        if self._obstacle() is not None:
            return
        pages = self._pages_seen(reading)
        if not pages or len(self._logged("read")) >= MAX_READ:
            return
        known = self._pages_read()
        if all(_numbers(seen["which"]) <= known.get(doc, set()) for doc, seen in pages.items()):
            return
        seconds = reading.get("seconds")
        known_seconds = isinstance(seconds, (int, float)) and 0 <= seconds < 10**6
        self.envelope_id._log(
            "read",
            {
                **self._evidence_facts(),
                "pages": pages,
                "seconds": int(seconds) if known_seconds else 0,
                "session": session,
            },
            actor=self,
        )

    def _pages_seen(self, reading):
        """Return, by document, how far it was read; what is none of its pages is left out."""
        reported = reading.get("pages") if isinstance(reading, dict) else None
        reported = reported if isinstance(reported, dict) else {}
        pages = {}
        for document in self._documents():
            total = len(document.page_geometry or ())
            numbers = reported.get(str(document.id))
            seen = {
                number
                for number in (numbers if isinstance(numbers, list) else ())
                if type(number) is int and 0 <= number < total
            }
            if seen:
                pages[str(document.id)] = {
                    "reached": max(seen) + 1,
                    "total": total,
                    "seen": len(seen),
                    "which": _ranges(seen),
                }
        return pages

    def _pages_read(self):
        """Return, by document, the numbers of the pages that the log says this person has seen.

        Whoever had the request before somebody else got it has read for themselves alone.
        """
        read = {}
        for line in self._logged("read"):
            facts = line._facts()
            if (facts.get("name"), facts.get("email")) != (self.name, self.email or ""):
                continue
            for number, seen in facts["pages"].items():
                read.setdefault(number, set()).update(_numbers(seen.get("which", "")))
        return read

    # ------------------------------------------------------------- taking a copy along
    def _downloaded(self, what, network):
        """Log that the button for a file was pressed; twice within ten minutes is once.

        :param what: a document's id, ``certificate`` or ``evidence``
        """
        self.ensure_one()
        facts = self._file_facts(what)
        if not facts:
            return
        lines = self._logged("downloaded")
        if len(lines) >= MAX_DOWNLOADS or _is_told(lines, facts):
            return
        self.envelope_id._log(
            "downloaded",
            {
                **self._evidence_facts(),
                **facts,
                "ip_address": network["ip_address"],
                "user_agent": network["user_agent"],
            },
            actor=self,
        )

    def _file_facts(self, what):
        """Return which file that is, if this participant gets it."""
        envelope = self.envelope_id
        if envelope.state != "completed":
            return None
        if what == "certificate":
            return envelope._file_facts(self._own_certificate(), what)
        if what == "evidence":
            return envelope._file_facts(self._own_package(), what)
        document = self._documents().filtered(lambda d: str(d.id) == str(what))
        return envelope._document_facts(document) if document else None


class EsignEnvelope(models.Model):
    """Users take files along too: they press a button, which is a POST."""

    _inherit = "esign.envelope"

    def _document_facts(self, document):
        return {"document": document.id, "sha256": document.sealed_sha256 or ""}

    def _file_facts(self, kept, what):
        return {"file": what, "sha256": kept.sha256 or ""} if kept else None

    def _log_download(self, facts):
        """Log that the user opened a file of this envelope; twice within ten minutes is once."""
        user = self.env.user
        envelope = self.sudo()
        lines = self.env["esign.event"].sudo().search(
            [
                ("envelope_id", "=", self.id),
                ("code", "=", "downloaded"),
                ("actor", "=", f"user:{user.id}"),
            ],
            order="seq",
        )
        if facts and not _is_told(lines, facts):
            envelope._log("downloaded", facts, actor=user)

    def action_open_documents(self):
        action = super().action_open_documents()
        document = self.document_ids[:1]
        if document._newest_attachment() == document.sealed_attachment_id:
            self._log_download(self._document_facts(document))
        return action

    def action_open_certificate(self):
        action = super().action_open_certificate()
        self._log_download(self._file_facts(self._certificate_for(self.env.lang), "certificate"))
        return action

    def action_open_package(self):
        action = super().action_open_package()
        self._log_download(self._file_facts(self._kept_package(), "evidence"))
        return action


def _ranges(numbers):
    """Return numbers of pages as people write them, from 1 on: ``1-5, 8``."""
    ranges = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number:
            ranges[-1][1] = number + 1
        else:
            ranges.append([number + 1, number + 1])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges)


def _numbers(ranges):
    """Return the numbers, from 0 on, that ``_ranges`` has written."""
    numbers = set()
    for part in filter(None, ranges.split(", ")):
        first, _dash, last = part.partition("-")
        numbers.update(range(int(first) - 1, int(last or first)))
    return numbers


def _is_told(lines, facts):
    """Tell whether the newest of these lines about the same file are only minutes old."""
    since = fields.Datetime.now() - SAME_DOWNLOAD
    return any(
        line._facts().get("sha256") == facts["sha256"] and (line.moment or since) > since
        for line in lines
    )
