"""The names that sentences about the log need, looked up once for any number of lines."""

# no such rows exist; asking the database for them would only be an error
BIGGEST_ID = 2**31 - 1


class Names:
    """Who and what the facts of some lines mean by their ids; what is gone is told as gone.

    Names of participants and documents are told in their own envelope alone: somebody may
    have written another's id into a line.
    """

    def __init__(self, env, events):
        self.env = env
        users, signers, documents = set(), set(), set()
        for event in events:
            facts = event._facts()
            kind, _colon, number = str(event.actor or "").partition(":")
            if number.isdecimal():
                {"user": users, "signer": signers}.get(kind, set()).add(int(number))
            users.update(n for n in (facts.get("to"), facts.get("host")) if type(n) is int)
            documents.add(facts.get("document"))
            pages = facts.get("pages")
            if isinstance(pages, dict):
                documents.update(int(number) for number in pages if number.isdecimal())
        self._users = self._existing("res.users", users)
        self._signers = self._existing("esign.signer", signers)
        self._documents = self._existing("esign.document", documents)

    def _existing(self, model, numbers):
        records = self.env[model].sudo().with_context(active_test=False)
        known = {n for n in numbers if type(n) is int and 0 < n <= BIGGEST_ID}
        return records.browse(known).exists() if known else records

    def user(self, number):
        if type(number) is not int:
            return ""
        user = self._users.filtered(lambda u: u.id == number)
        return user.name or self.env._("A former user")

    def signer(self, number, envelope):
        found = self._signers.filtered(lambda s: s.id == number and s.envelope_id == envelope)
        return found.name or ""

    def document(self, number, envelope):
        found = self._documents.filtered(lambda d: d.id == number and d.envelope_id == envelope)
        return found.name or ""
