"""What can be shown to a person: each fact says on which surfaces, and a view renders it there (views/render.py).

A fact holds values and no sentence. mypy holds that it is shown only where it can be, and tests/views/test_render.py
that a view renders it.
"""

from __future__ import annotations


class MessageFact:
    """Can be told in a message."""

    __slots__ = ()


class AcknowledgementFact(MessageFact):
    """Is said at once of a job whose answer follows."""

    __slots__ = ()


class ModalFact:
    """Can be shown in a modal."""

    __slots__ = ()


class MessageOrModalFact(MessageFact, ModalFact):
    """Can be shown in a modal, and told in a message where the modal is closed or cannot be opened."""

    __slots__ = ()


class HomeFact:
    """Can be shown in the App Home."""

    __slots__ = ()


class PageFact:
    """Can be shown on a page of an install."""

    __slots__ = ()
