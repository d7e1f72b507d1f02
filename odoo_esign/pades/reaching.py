"""Says in plain words why a service outside can't be reached; the error's own text may repeat its
address, credentials included.
"""

import aiohttp


def why_not_reached(error: Exception) -> str:
    """Return why a request failed, as the end of a sentence."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return 'the name of its server is not known here: is the address right?'
    if isinstance(error, aiohttp.ClientSSLError):
        return 'its TLS certificate is not trusted by this server, or it speaks no TLS'
    if isinstance(error, aiohttp.ClientConnectorError):
        return 'nobody answers at its address'
    if isinstance(error, aiohttp.ServerConnectionError):
        return 'it breaks the connection off'
    if isinstance(error, aiohttp.ClientResponseError):
        return 'what answers there is no web server'
    return f'the connection fails ({type(error).__name__})'
