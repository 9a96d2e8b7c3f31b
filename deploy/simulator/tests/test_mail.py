"""The mailbox takes mail by SMTP and shows it as JSON and as pages."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

from deploy.simulator.tests.running import Simulator, until

ADDRESS = "ana@example.org"


def letter(subject: str, to: str = ADDRESS) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "stack@example.org", to, subject
    message.set_content("You have a new text. See http://127.0.0.1:8000/ <b>now</b>")
    message.add_alternative("<p>You have a new text.</p>", subtype="html")
    message.add_attachment(b"a,b\n", maintype="text", subtype="csv", filename="week.csv")
    return message


def send(simulator: Simulator, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", simulator.smtp_port) as server:
        server.send_message(message)


def test_letter_is_in_the_mailbox(simulator: Simulator) -> None:
    send(simulator, letter("Neue Nachricht ☂"))
    send(simulator, letter("For another", "ben@example.org"))

    (found,) = simulator.get("/simulator/mail", to=ADDRESS)["mail"]
    assert found["subject"] == "Neue Nachricht ☂"
    assert found["recipients"] == [ADDRESS]
    assert found["sender"] == "stack@example.org"
    assert "new text" in found["text"]
    assert found["html"].startswith("<p>")
    assert found["attachments"] == ["week.csv"]

    page = simulator.raw("GET", "/mailbox", auth=None)
    assert "Neue Nachricht ☂" in page.text
    opened = simulator.raw("GET", f"/mailbox/{found['id']}", auth=None)
    assert "&lt;b&gt;now" in opened.text
    assert simulator.raw("GET", "/mailbox/none", auth=None).status_code == 404

    assert simulator.delete("/simulator/mail")["mail"] == []


def test_mail_outlives_a_restart(start_simulator: Callable[..., Simulator]) -> None:
    simulator = start_simulator()
    send(simulator, letter("Kept"))
    simulator.stop()

    simulator.start()

    assert until(lambda: simulator.get("/simulator/mail")["mail"])[0]["subject"] == "Kept"
