"""A session that a websocket alone makes anew, as after a restart of the server: nobody has asked for the page."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from bokeh.client.session import ClientSession
from bokeh.client.util import websocket_url_for_server_url

from tests.serving import Server


@pytest.mark.parametrize("address", [{"stage": "network"}, {"lesson": "14", "theme": "dark"}])
def test_its_stylesheets_are_served_by_us(server: Server, address: dict[str, str]) -> None:
    # The browser of other tests has this thread's event loop.
    with ThreadPoolExecutor(1) as pool:
        models = pool.submit(models_of_a_new_session, server, address).result()
    assert "static/extensions/panel/" in models
    assert "cdn.holoviz.org" not in models


def models_of_a_new_session(server: Server, address: dict[str, str]) -> str:
    """Return all that a browser is sent that begins with a websocket."""
    session = ClientSession(websocket_url=websocket_url_for_server_url(server.url), arguments=address)
    session.connect()
    connection = session._connection
    reply = connection._send_message_wait_for_reply(connection._protocol.create("PULL-DOC-REQ"))
    session.close()
    return json.dumps(reply.content, default=str)
