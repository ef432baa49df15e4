"""``vela/email``: mails, where the caller allows any."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formataddr
from typing import TYPE_CHECKING

from oam.providers.registry import Effect, Operation
from oam.providers.session import ActionError, StopStep

if TYPE_CHECKING:
    from oam.providers.session import Action, Session

__all__ = ["OPERATIONS"]


def _send(action: Action, session: Session) -> None:
    """Send a mail. KubeVela does so beside the workflow, and looks at the outcome in the next turn."""
    mark = f"{action.field}.sent"
    if session.upstream and mark not in session.marks:
        session.new_marks[mark] = session.clock.now()
        session.flow.wait()
        raise StopStep
    if session.mail is None:
        raise ActionError("no network: sending mail is not allowed", code="oam.action.network")
    sender, content = action.params["from"], action.params["content"]
    message = EmailMessage()
    message["From"] = formataddr((sender.get("alias") or "", sender["address"]))
    message["To"] = ", ".join(action.params["to"])
    if action.key:  # mail servers drop a mail that they have had already by its id
        message["Message-ID"] = f"<{action.key}@{sender['address'].rpartition('@')[2] or 'localhost'}>"
    message["Subject"] = content["subject"]
    message.set_content(content["body"], subtype="html")
    try:
        session.mail.send(sender["host"], sender["port"], sender["address"], sender["password"], message)
    except OSError as error:
        raise ActionError(f"failed to send email: {error}", code="oam.action.network") from error


OPERATIONS = {"send": Operation(_send, Effect.EXTERNAL)}
"""By the name in ``#do``."""
