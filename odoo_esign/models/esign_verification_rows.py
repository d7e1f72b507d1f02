from odoo import api, models


class EsignVerification(models.AbstractModel):
    """The details of each signature in a file: who, how identified, when, trusted by what.

    Mail addresses stay out, also those that certificates hold.
    """

    _inherit = "esign.verification"

    @api.model
    def _signature_rows(self, examination, document, roots):
        """Return a row for every signature and time stamp of the file, oldest first."""
        try:
            recorded = document._recorded_signatures() if document else {}
        except (AttributeError, KeyError, TypeError):
            recorded = {}  # somebody has written something else into the log
        rows = []
        for one in examination.signatures:
            record = recorded.get(one.field, {})
            if record.get("serial") != one.serial:
                record = {}
            root = roots.get(one.root_sha256)
            rows.append(
                {
                    "what": self._what_text(one, record),
                    # certificates can't hold every name: emoji and more are missing there
                    "name": record.get("name") or one.signer_name or self.env._("Unknown"),
                    "organisation": one.organisation or "",
                    "is_stamp": one.is_stamp,
                    "colour": self._row_colour(one, root),
                    "identified": self._identification_text(record.get("identification")),
                    "legal": self._legal_text(one, record),
                    "claimed": self._time_text(one.signing_time),
                    "proven": self._time_text(_proven_time(one)),
                    "clock": self._clock_text(one, record, root),
                    "level": self._level_text(one),
                    "issuer": one.issuer or "",
                    "serial": one.serial or "",
                    "certificate": one.cert_sha256 or "",
                    "root": root and one.root_sha256,
                    "root_words": self._root_text(root),
                    "by_service": bool(root and root.is_stamper),
                    "problems": self._problem_texts((*one.problems, *one.level_problems)),
                }
            )
        return rows

    @api.model
    def _root_text(self, root):
        """Say whose root certificate a signature leads to."""
        if not root:
            return ""
        company = root.company.name
        if root.is_stamper:
            return self.env._(
                "Root certificate of a time stamp service that %s relies on", company
            )
        return self.env._("Root certificate of %s", company)

    @api.model
    def _row_colour(self, one, root):
        if any(problem.colour == "red" for problem in one.problems):
            return "red"
        return "green" if one.ok and root else "amber"

    @api.model
    def _what_text(self, one, record):
        _ = self.env._
        if one.is_stamp:
            return _("Time stamp over the whole file")
        return {
            "company": _("The company's seal on the document as it was sent"),
            "company_close": _("The company's seal that closes what stayed empty"),
            "sign": _("Signed"),
            "approve": _("Approved"),
        }.get(record.get("what"), _("Signature"))

    @api.model
    def _identification_text(self, codes):
        """Say how somebody was identified; ``codes`` as a signature keeps them, joined by +."""
        if not codes:
            return None
        _ = self.env._
        texts = {
            "link": _("by a personal link that was sent by email"),
            "login": _("by logging in to Odoo"),
            "in_person": _("in person, on a device that the sender's side handed over"),
            "mail_code": _("by a code that was sent by email"),
            "sms_code": _("by a code that was sent by SMS"),
            "access_code": _("by a code that was agreed on"),
        }
        labels = self.env["esign.signer"]._identification_labels()
        return ", ".join(texts.get(code) or labels.get(code, code) for code in codes.split("+"))

    @api.model
    def _legal_text(self, one, record):
        """Say honestly what kind of signature it is under the eIDAS regulation."""
        _ = self.env._
        if one.is_stamp:
            return None
        codes = record.get("identification")
        if not record:
            return _("This page does not judge what kind of signature it is in law.")
        if not codes:
            return _("An electronic seal of the company, not a qualified one.")
        if codes in ("link", "in_person"):
            return _("A simple electronic signature; the seal shows any later change.")
        return _("An electronic signature that may count as an advanced one; not a qualified one.")

    @api.model
    def _level_text(self, one):
        """Say in words what the format of a signature is good for."""
        _ = self.env._
        if one.is_stamp:
            return None
        return {
            "B-B": _("PAdES B-B: signed, no time is proven"),
            "B-T": _("PAdES B-T: signed, and a time stamp proves when"),
            "B-LT": _("PAdES B-LT: with all that is needed to check it later"),
            "B-LTA": _("PAdES B-LTA: made to be checked for decades"),
        }.get(one.level, _("no PAdES format that could be confirmed"))

    # ------------------------------------------------------------- clocks
    @api.model
    def _clock_text(self, one, record, root):
        """Say whose clock proves the time."""
        _ = self.env._
        if one.is_stamp and not _proven_time(one):
            return _("not proven: the time stamp does not match the file")
        if not one.proven_time:
            return _("not proven: it is what the signer's computer said")
        if one.is_stamp and root:
            if root.is_own:
                return _("by the clock of %s itself", root.company.name)
            return _("by %s", one.organisation or one.signer_name)
        if one.is_stamp:
            return _("by %s, whom we do not know", one.organisation or one.signer_name)
        if "stamper" in record:
            if record["stamper"]:
                return _("by %s", record["stamper"])
            return _("by the clock of %s itself", record["company"])
        return _("by the time stamp in the file")

    @api.model
    def _timing_text(self, signatures, roots):
        """Say what the time stamps of the file prove, and against whom."""
        _ = self.env._
        # one that does not fit the file proves nothing about it
        stamps = [o for o in signatures if o.is_stamp and o.ok and o.root_sha256 in roots]
        if not stamps:
            return None
        own = [roots[one.root_sha256].company.name for one in stamps if _is_own(one, roots)]
        if len(own) == len(stamps):
            return _(
                "The times come from the clock of %s itself. They prove the order of what "
                "happened, but nothing against the company that runs the clock.",
                own[0],
            )
        if _is_own(stamps[0], roots):
            return _(
                "The times come from the clock of %s itself. An independent time stamp service has "
                "confirmed later that the file existed by then; no earlier time is proven against "
                "that company.",
                own[0],
            )
        return _(
            "The time is confirmed by an independent time stamp service, which neither the signers "
            "nor the company can set back."
        )

    # ------------------------------------------------------------- problems
    @api.model
    def _problem_texts(self, problems):
        """Return each problem as a sentence in the visitor's language, each once."""
        words = self._words_problems()
        return list(dict.fromkeys(words.get(p.code, str(p)) for p in problems))

    @api.model
    def _words_problems(self):
        _ = self.env._
        return {
            "altered": _("The signature does not match the content: the content was changed."),
            "annotation_added": _("Something was put on top of a page after signing."),
            "changed": _("The file was changed afterwards in a way that is not allowed."),
            "conditions": _("The signature does not comply with the conditions of its field."),
            "coverage": _("The signature does not cover everything it should."),
            "expired": _("The certificate was not valid at the time that can be proven."),
            "field_added": _("A visible field was added after signing."),
            "hidden": _("Data is hidden behind the signature."),
            "long_term": _("What is needed to check it years later is missing or not valid."),
            "metadata_changed": _("Title, author or the like was changed after signing."),
            "no_stamp": _("No valid time stamp proves when it was made."),
            "no_stamp_after": _("No valid time stamp covers it for the long term."),
            "not_acceptable": _(
                "The signature does not comply with the rules for signatures in PDF."
            ),
            "page_changed": _("A page was changed after signing."),
            "refilled": _("A field was filled in differently after signing."),
            "revoked": _("The certificate was revoked."),
            "stamp": _("The time stamp does not match the signature."),
            "stamp_untrusted": _("We do not know who made its time stamp."),
            "structure": _("The signature is not built as the standard (PAdES) requires."),
            "trailing": _("There is data after the end of the file."),
            "twice": _("A signature field occurs twice."),
            "unreadable": _("Part of the file can't be read."),
            "unsigned": _("The file is not signed."),
            "unsigned_revision": _("Something was added after the last signature."),
            "untrusted": _("We do not know who issued the certificate."),
            "usage": _("The certificate is not meant for signing documents."),
            "weak": _("The cryptography used is too weak by today's standards."),
        }


class EsignDocument(models.Model):
    _inherit = "esign.document"

    def _recorded_signatures(self):
        """Return what is recorded of the signatures in this document, by the field's name."""
        self.ensure_one()
        company = self.company_id.name
        recorded = {}
        for code, facts in self.envelope_id._log_facts():
            for field, seal in self._seals_in(code, facts):
                recorded[field] = {
                    "what": field,
                    "company": company,
                    "serial": seal["certificate"]["serial"],
                    **({"stamper": seal["stamper"]} if "stamper" in seal else {}),
                }
        for signature in self.envelope_id.signature_ids:
            known = recorded.get(f"s{signature.signer_id.id}")
            if known:
                known.update(
                    what=signature.action,
                    identification=signature.identification,
                    name=signature.name,
                )
        return recorded


def _is_own(one, roots):
    return roots[one.root_sha256].is_own


def _proven_time(one):
    """Return the time that is proven; a time stamp that is not good proves none."""
    broken = one.is_stamp and any(problem.colour == "red" for problem in one.problems)
    return None if broken else one.proven_time
