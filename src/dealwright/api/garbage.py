"""When a server looks for garbage: through everything where promotions change, else only through what is new.

Python looks through all that is alive whenever that has grown by a quarter. With a thousand promotions in force
this holds up every request for more than a tenth of a second and finds nothing: promotions and modules stay. So
they are set apart once they are there (`gc.freeze`), and what requests leave behind is little to look through.
Memory stays bounded, because everything is looked through again before it is set apart anew.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Look for garbage in everything, and set apart what is not; for who owns the process, at its start."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def settle_again() -> None:
    """As `settle`, in a process that was settled at its start; any other is somebody else's to look after."""
    if gc.get_freeze_count():
        settle()
