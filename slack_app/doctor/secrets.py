"""Can secrets be kept, and can those that are kept be opened?"""

from __future__ import annotations

from slack_app.doctor.finding import Finding, is_good, note, wrong

SUBJECT = "Secrets"


def check_secrets(*, can_seal: bool, unreadable: int) -> Finding:
    """Judge by whether there are ENCRYPTION_KEYS, and how many secrets none of them opens."""
    if unreadable:
        text = f"{unreadable} can't be opened: whoever they belong to gets no link"
        step = "Put the key that they were sealed with back into ENCRYPTION_KEYS, behind the newest."
        return wrong(SUBJECT, text, f"{step} Is it lost? Then install the app, and bring the keys, again.")
    if can_seal:
        return is_good(SUBJECT, "can be kept, and what is kept can be opened")
    return note(SUBJECT, "can't be kept without ENCRYPTION_KEYS: nobody can bring a key of their own")
