import json

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from app.web.wire import SERVED, framed


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_is_what_a_client_reads_as_that_text(length: int) -> None:
    text = ("é" + "x" * length)[:length]
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=None)
    client.state = State.OPEN
    client.parser = client.parse()
    next(client.parser)
    client.receive_data(framed(text) + framed("and this"))
    read = [frame for frame in client.events_received() if isinstance(frame, Frame)]
    assert [(frame.opcode, frame.fin) for frame in read] == [(Opcode.TEXT, True)] * 2
    assert bytes(read[0].data).decode() == text


def test_the_frame_for_everybody_is_made_once() -> None:
    text = json.dumps({"seq": [1, 2]})
    assert framed(text) is framed(text)


def test_a_frame_may_have_64_kib_and_is_not_packed() -> None:
    # A packed connection would take the frames that are made already for rubbish.
    assert SERVED["ws_max_size"] == 65_536
    assert SERVED["ws_per_message_deflate"] is False
