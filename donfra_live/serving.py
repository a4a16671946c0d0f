"""What the production server loads: the app, imported without looking for garbage meanwhile.

Imports make next to none and the looking takes a sixth of the time. What is there afterwards stays for
the life of the process, so it is not looked through again either.
"""

import gc

gc.disable()

from donfra_live.donfra_live import app  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["app"]
