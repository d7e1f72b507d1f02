"""People who work in Odoo: they log in and call what the buttons call."""

import time

import requests


class Refused(Exception):
    """Odoo said no; the text is what the user would read."""


class Office:
    def __init__(self, url, database):
        self.url, self.database = url, database

    def user(self, login):
        return User(self.url, self.database, login)


class User:
    """A logged-in user; the password of the demo users is their login."""

    def __init__(self, url, database, login):
        self.url, self.web = url, requests.Session()
        answer = self._post("/web/session/authenticate", db=database, login=login, password=login)
        self.id, self.name = answer["uid"], answer["name"]

    def call(self, model, method, *args, **kwargs):
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def read(self, model, record, *names):
        return self.call(model, "read", [record], list(names))[0]

    def search(self, model, domain, **kwargs):
        return self.call(model, "search", domain, **kwargs)

    def ref(self, module, name):
        """Return the id of a record that the demo data name."""
        rows = self.call(
            "ir.model.data",
            "search_read",
            [["module", "=", module], ["name", "=", name]],
            ["res_id"],
        )
        return rows[0]["res_id"]

    def wait(self, model, record, name, wanted, seconds=90):
        """Wait until a field has a value; what the jobs do is not done at once."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            value = self.read(model, record, name)[name]
            if value == wanted:
                return value
            time.sleep(0.3)
        raise TimeoutError(f"{model} {record}: {name} is {value!r}, not {wanted!r}")

    def download(self, path):
        answer = self.web.get(self.url + path, timeout=60)
        answer.raise_for_status()
        return answer.content

    def _post(self, path, **params):
        answer = self.web.post(
            self.url + path, json={"jsonrpc": "2.0", "params": params}, timeout=180
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]
