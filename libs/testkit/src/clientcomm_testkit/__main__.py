"""`python -m clientcomm_testkit`: both servers in the foreground, for many short test runs."""

import signal
import sys
import threading

from clientcomm_testkit import keeper
from clientcomm_testkit.run_folder import RunFolder


def main() -> None:
    """Start both servers, print the settings that lead tests to them, wait for Ctrl-C."""
    run = RunFolder.create()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        for kind in ("postgres", "broker"):
            keeper.request_server(run, kind)
        database, broker = keeper.await_server(run, "postgres"), keeper.await_server(run, "broker")
        sys.stdout.write(f"export CLIENTCOMM_DATABASE_URL={database['url']}\n")
        sys.stdout.write(f"export CLIENTCOMM_AMQP_URL={broker['url']}\n")
        if "home" in broker:
            sys.stdout.write(f"export CLIENTCOMM_TEST_BROKER_HOME={broker['home']}\n")
        sys.stdout.flush()
        ended.wait()
    finally:
        keeper.dismiss_servers(run)
        run.remove()


if __name__ == "__main__":
    main()
