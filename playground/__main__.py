"""`python -m playground`: start the app and open the browser.

`python -m playground facts graph` lists what a lesson can say of the stage "graph".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from urllib.parse import parse_qsl

import panel as pn

from lessons.course import course
from playground.app import TITLE, page
from playground.benches.listing import listing
from playground.benches.registry import STAGES
from playground.server import prepare


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the app until it is stopped, or list what lessons can say of a stage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["facts"]:
        _list_facts(words[1:])
    else:
        _serve(words)


def _list_facts(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="playground facts", description="What a lesson can say of a stage.")
    parser.add_argument("stage", choices=STAGES, metavar="STAGE", help=f"one of {', '.join(STAGES)}")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE", help="as in `at` of a step: slide=L1-20")
    options = parser.parse_args(words)
    try:
        at = parse_qsl("&".join(options.settings), strict_parsing=True) if options.settings else ()
        print(listing(options.stage, dict(at)))
    except ValueError as error:
        parser.error(str(error))


def _serve(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="playground", description="See how neural networks work, in the browser.",
        epilog="`playground facts STAGE` lists the facts, commands and parts of a stage for authors of lessons.",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=5006, help="port to listen on (5006; 0 picks a free one)")
    parser.add_argument("--address", default="localhost", help="address to listen on (localhost)")
    parser.add_argument(
        "--allow-origin", action="append", metavar="HOST:PORT", default=None,
        help="what visitors from other machines type into their browsers, such as 192.168.1.5:5006; may be repeated",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    options = parser.parse_args(words)
    prepare()
    # Read now: the first visitor need not wait for it.
    course()
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
