"""A mail server for tests that takes mail, refuses it, hangs or hangs up, as it is told."""

import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from types import TracebackType


@dataclass
class Mood:
    """How the server behaves; changed while it runs."""

    refused: set[str] = field(default_factory=set)
    """Addresses that are refused as recipients."""
    hangs_at: str = ""
    """Where it stops answering: `greeting`, or `data` once the whole mail is there."""
    drops_after: int | None = None
    """How many mails it takes before it closes the connection on the next one, once."""
    reply_to_data: str = "250 taken"
    seconds_a_mail: float = 0.0
    """How long it thinks before it answers for a mail that it has taken."""


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `mails` is what it took, in order, copies included."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mood = Mood()
        self.mails: list[Message] = []
        self.connections = 0
        self.let_go = threading.Event()
        """Ends what hangs."""
        self.has_mail = threading.Event()
        """Set when a whole mail has arrived, before it is answered."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]).strip() for mail in self.mails]

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    """One connection: as much of RFC 5321 as smtplib speaks."""

    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self.talk()
        except OSError:
            return

    def talk(self) -> None:
        if self.server.mood.hangs_at == "greeting":
            self.server.let_go.wait(30)
            return
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            if verb.upper() == "DATA":
                self.say("354 go on")
                if not self.take():
                    return
            elif verb.upper() == "RCPT" and rest.partition("<")[2].rstrip(">") in self.server.mood.refused:
                self.say("550 nobody here has that name")
            else:
                self.say("250 ok")

    def take(self) -> bool:
        """Takes a mail; False when the connection is to be closed without an answer."""
        mood = self.server.mood
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        if mood.drops_after is not None and len(self.server.mails) >= mood.drops_after:
            mood.drops_after = None
            return False
        reply = mood.reply_to_data  # asked once: what is taken is answered so, also when the mood changes meanwhile
        if reply.startswith("2"):
            self.server.mails.append(message_from_bytes(b"".join(lines)))
        self.server.has_mail.set()
        time.sleep(mood.seconds_a_mail)
        if mood.hangs_at == "data":
            self.server.let_go.wait(30)
            return False
        self.say(reply)
        return True
