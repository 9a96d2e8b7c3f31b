"""Loaded by each process of a stack under test before its own code: see `injection.py`."""

import os

if os.environ.get("CLIENTCOMM_CHAOS_DIR") and os.environ.get("CLIENTCOMM_PROCESS_NAME"):
    from tests.resilience.injected import orders

    orders.take_part(os.environ["CLIENTCOMM_CHAOS_DIR"], os.environ["CLIENTCOMM_PROCESS_NAME"])
