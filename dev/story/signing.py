"""Somebody at the signing page, with a browser's cookies and nothing else."""

import base64
import html
import io
import json
import re
import time
import uuid

import requests
from PIL import Image, ImageDraw


class SigningPage:
    def __init__(self, address, web=None):
        self.web = web or requests.Session()
        self.lost_connections = 0
        answer = self.web.get(address, timeout=60)
        answer.raise_for_status()
        self.address = answer.url
        self.origin = "/".join(answer.url.split("/")[:3])
        props = re.search(r'<owl-component[^>]*props="([^"]*)"', answer.text)
        if not props:
            raise ValueError("this is not the signing page: " + answer.url)
        self.page = json.loads(html.unescape(props[1]))

    def read(self):
        """Fetch the documents as the page does; return their bytes."""
        return [self._get(document["url"]) for document in self.page["documents"]]

    def tell_opened(self):
        return self._post("opened", context={"screen": "360x740@3", "language": "en"})

    def sign(self, name):
        return self._post("sign", **self.consent(name))

    def adopt(self, image=None):
        """Let the server check a picture of the signature; return the answer."""
        return self.post("picture", kind="signature", image=image or stroke())

    def consent(self, name, client_key=None):
        """Adopt a picture, and return what the page sends when its reader signs with it."""
        return {
            "client_key": client_key or str(uuid.uuid4()),
            "consent": True,
            "consent_version": self.page["consent"]["version"],
            "signature": {"kind": "drawn", "name": name, **self._picture()},
            "values": {},
            "reading": {"seconds": 42, "pages": {}},
        }

    def _picture(self):
        if "picture" not in self.page["urls"]:  # the first release took it with the signature
            return {"image": stroke()}
        answer = self.adopt()
        if not answer["ok"]:
            raise ValueError(answer)
        return {"picture": answer["picture"]}

    def decline(self, reason):
        return self._post("decline", reason=reason)

    def status(self):
        return json.loads(self._get(self.page["urls"]["status"]))

    def signed_copy(self):
        return self._get(self.status()["done"]["documents"][0]["url"])

    def _get(self, path):
        answer = self.web.get(self.origin + path, timeout=60)
        answer.raise_for_status()
        return answer.content

    def post(self, name, **params):
        """Return the answer to one of the page's calls, a refusal too."""
        params["csrf_token"] = self.page["csrf_token"]
        answer = self._post_patiently(self.origin + self.page["urls"][name], params).json()
        if "error" in answer:
            raise ValueError(answer)
        return answer["result"]

    def _post_patiently(self, address, params):
        """Do as the page does when the connection is lost: say the same again."""
        for attempt in range(5):
            try:
                return self.web.post(address, json={"jsonrpc": "2.0", "params": params}, timeout=60)
            except requests.ConnectionError:
                self.lost_connections += 1
                time.sleep(0.5 * 2**attempt)
        raise ConnectionError(f"no answer from {address}")

    def _post(self, name, **params):
        answer = self.post(name, **params)
        if not answer["ok"]:
            raise ValueError(answer)
        return answer


def stroke(number=0):
    """Return a drawn signature as base64 PNG; of each number another one."""
    image = Image.new("RGB", (600, 220), "white")
    points = [
        (40, 160),
        (90, 50),
        (130, 60),
        (110, 170),
        (180, 100),
        (240, 60),
        (260, 150),
        (330, 90),
        (390, 140),
        (470, 80),
        (560, 60 + 5 * number),
    ]
    ImageDraw.Draw(image).line(points, fill=(20, 40, 110), width=7, joint="curve")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
