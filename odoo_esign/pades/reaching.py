"""Says in plain words why a service outside can't be reached; the error's own text may repeat its
address, credentials included.
"""

import aiohttp

from .words import Sentence, _lt


def why_not_reached(error: Exception) -> Sentence:
    """Return why a request failed, as the end of a sentence."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _lt('the name of its server is not known here: is the address right?')
    if isinstance(error, aiohttp.ClientSSLError):
        return _lt('its TLS certificate is not trusted by this server, or it does not use TLS')
    if isinstance(error, aiohttp.ClientConnectorError):
        return _lt('nobody answers at its address')
    if isinstance(error, aiohttp.ServerConnectionError):
        return _lt('it closes the connection')
    if isinstance(error, aiohttp.ClientResponseError):
        return _lt('what answers there is not a web server')
    return _lt('the connection fails (%(kind)s)', kind=type(error).__name__)
