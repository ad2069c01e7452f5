"""The same call without ever blocking the event loop."""

import asyncio
from typing import Any

from ._call import Call
from ._result import Result


async def reconcile_async(*, keep_rows: bool = False, **config: Any) -> Result:
    """As `reconcile`; cancelling the task cancels the call at once, and leaves no thread behind."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def tell() -> None:
        if not done.done():
            done.set_result(None)

    def tell_from_thread() -> None:
        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:  # the loop has been closed; nobody waits any more
            pass

    call = Call(config, keep_rows, on_done=tell_from_thread)
    call.thread.start()
    try:
        await asyncio.shield(done)
    except BaseException:
        call.cancel()
        raise
    call.thread.join()
    return call.result()
