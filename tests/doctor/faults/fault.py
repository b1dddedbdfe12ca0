"""What a planted fault is, and what several are planted with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.certificates import Authority
from tests.doctor.scenes import Scene

NOWHERE = "http://127.0.0.1:1"
Plant = Callable[[Scene], object]


@dataclass(frozen=True)
class Fault:
    """`says` and `step` are parts of one finding, which is WRONG; a hint's is not: what is not finished is no fault.

    Where the settings are wrong, `says` is a part of standard error, and the exit status is 2.
    """

    name: str
    plant: Plant
    says: str
    step: str = ""
    status: int = 1
    of_many: bool = False
    is_hint: bool = False
    before: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    """What else is wrong then, before it and after it."""

    def __str__(self) -> str:
        return self.name


def settings(**given: str | None) -> Plant:
    """Plant settings; None takes one away."""

    def plant(scene: Scene) -> None:
        for name, value in given.items():
            scene.environment.pop(name, None)
            if value is not None:
                scene.environment[name] = value

    return plant


def page(scene: Scene, answer: Response) -> str:
    """Serve the same answer everywhere."""

    async def endpoint(_request: Request) -> Response:
        return answer

    return scene.serve(Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "POST"])]))


HTML = HTMLResponse("<html>Welcome to nginx!</html>")


def untrusted(scene: Scene) -> str:
    """Serve TLS with a certificate that no public authority signed."""
    directory = scene.opened.enter_context(TemporaryDirectory())
    context = Authority(Path(directory)).server_context("127.0.0.1")
    listener = scene.opened.enter_context(socket.create_server(("127.0.0.1", 0)))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    return f"https://127.0.0.1:{listener.getsockname()[1]}"


def served(name: str, answer: Response) -> Plant:
    """Plant an address at which something else answers."""
    return lambda scene: scene.set(**{name: page(scene, answer)})
