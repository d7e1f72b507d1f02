"""Runs pyHanko's coroutines from plain functions."""

import asyncio
import threading


def run(coroutine):
    """Run a coroutine to its end, also where this thread's event loop is busy already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    result = {}

    def work():
        try:
            result['value'] = asyncio.run(coroutine)
        except BaseException as error:
            result['error'] = error

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if 'error' in result:
        raise result['error']
    return result['value']
