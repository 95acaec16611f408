"""What a page in a browser asked for and was answered, read from the frames of its websocket."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Refreshes:
    """The refreshes of one page's live parts: when the browser asked for each, and when its run was over there.

    A part is answered when the browser has received the end of a run of that very part that did not break off. One
    that is asked for again before it was answered counts once, from the first time on.
    """

    def __init__(self, page: Page) -> None:
        self._asked: dict[str, float] = {}
        self._answered: dict[str, list[tuple[float, float]]] = defaultdict(list)
        page.on("websocket", self._opened)

    def answers(self, since: float, until: float, parts: int) -> list[list[tuple[float, float]]]:
        """(asked, answered) of the `parts` parts that renew themselves most often, for what was answered between
        two moments (monotonic seconds).
        """
        found = [[pair for pair in pairs if since <= pair[1] < until] for pairs in self._answered.values()]
        return sorted(found, key=len, reverse=True)[:parts]

    def waiting(self, until: float) -> Iterator[float]:
        """Seconds for which refreshes wait that are not answered yet."""
        return (until - asked for asked in self._asked.values())

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: bytes | str) -> None:
        now = time.monotonic()
        if isinstance(frame, bytes):
            said = BackMsg.FromString(frame)
            if said.WhichOneof("type") == "rerun_script" and said.rerun_script.fragment_id:
                self._asked.setdefault(said.rerun_script.fragment_id, now)

    def _received(self, frame: bytes | str) -> None:
        now = time.monotonic()
        if isinstance(frame, bytes):
            said = ForwardMsg.FromString(frame)
            if (
                said.WhichOneof("type") == "script_finished"
                and said.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            ):
                for part in said.metadata.run.fragment_ids:
                    if part in self._asked:
                        self._answered[part].append((self._asked.pop(part), now))
