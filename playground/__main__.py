"""`python -m playground`: start the app and open the browser."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import panel as pn

from playground.app import TITLE, page
from playground.server import prepare


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the app until it is stopped."""
    parser = argparse.ArgumentParser(prog="playground", description="See how neural networks work, in the browser.")
    parser.add_argument("--port", type=int, default=5006, help="port to listen on (5006; 0 picks a free one)")
    parser.add_argument("--address", default="localhost", help="address to listen on (localhost)")
    parser.add_argument(
        "--allow-origin", action="append", metavar="HOST:PORT", default=None,
        help="what visitors from other machines type into their browsers, such as 192.168.1.5:5006; may be repeated",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    options = parser.parse_args(arguments)
    prepare()
    pn.extension(notifications=False)
    pn.serve(
        {"/": page},
        title=TITLE,
        address=options.address,
        port=options.port,
        show=not options.no_browser,
        websocket_origin=options.allow_origin,
        # A closed tab is forgotten after three seconds rather than half a minute.
        unused_session_lifetime_milliseconds=3000,
        check_unused_sessions_milliseconds=1000,
    )


if __name__ == "__main__":
    main()
