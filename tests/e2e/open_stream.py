"""A stream of identifications that stays open while a test does something else."""

from __future__ import annotations

import queue
import threading

from idverify.client import Client, ServiceError
from idverify.v1 import verification_pb2
from tests.e2e.harness import print_of


class OpenStream:
    """A stream whose requests are sent one by one, and how it ended."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._requests: queue.Queue[verification_pb2.IdentifyRequest | None] = queue.Queue()
        self.answers: queue.Queue[bool] = queue.Queue()
        self.error: ServiceError | None = None
        self.ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def ask(self) -> None:
        self._requests.put(self._client.identify_request(print_of("alice/RIGHT_INDEX/60")))

    def _run(self) -> None:
        try:
            for answer in self._client.identify_many(iter(self._requests.get, None)):
                self.answers.put(answer.error is None)
        except ServiceError as error:
            self.error = error
        finally:
            self.ended.set()
