"""Connections of a stack that stack.py plays: what each kind of segment does to them is given as
data, so that a scenario can invent a stack that nobody has seen.

Kinds of segments, counted from RCV.NXT: rst-exact rst-in rst-out syn-in syn-out syn-ack data-old
data-new (with an acknowledgement too old or too new) ack-new fin-no-ack null old out. What they may
do: ack ignore close (without a word) reset (and close) take.
"""

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# What RFC 9293 and RFC 5961 ask.
DEFAULTS = {
    "rst-exact": "close", "rst-in": "ack", "rst-out": "ignore", "syn-in": "ack", "syn-out": "ack",
    "syn-ack": "ack", "data-old": "ack", "data-new": "ack", "ack-new": "ack",
    "fin-no-ack": "ignore", "null": "ignore", "old": "ack", "out": "ack",
}
WINDOW = 8192


def reactions(words):
    """DEFAULTS changed by words such as rst-in=close."""
    table = dict(DEFAULTS)
    for word in words:
        name, _, action = word.partition("=")
        if name not in table or action not in ("ack", "ignore", "close", "reset", "take"):
            raise ValueError(f"no such reaction: {word}")
        table[name] = action
    return table


def ahead(number, base):
    return (number - base + (1 << 31)) % (1 << 32) - (1 << 31)


class Connection:
    """One connection from its SYN on; `take` gives the flags, sequence and acknowledgement numbers of
    the answer, or nothing."""

    def __init__(self, sequence, own, table):
        self.table = table
        self.own = own
        self.expected = (sequence + 1) % (1 << 32)
        self.next = (own + 1) % (1 << 32)
        self.beyond = {}
        self.is_established = False
        self.is_over = False

    def take(self, flags, sequence, acknowledgement, payload):
        if not self.is_established:
            return self.take_handshake(flags, sequence, acknowledgement, payload)
        name = self.kind(flags, sequence, acknowledgement, payload)
        action = self.table.get(name, "take")
        if action == "take":
            return self.take_text(flags, sequence, payload)
        if action == "ignore":
            return None
        if action == "ack":
            return self.ack()
        self.is_over = True
        return (RST, acknowledgement, 0) if action == "reset" else None

    def take_handshake(self, flags, sequence, acknowledgement, payload):
        if flags & RST:
            self.is_over = sequence == self.expected
            return None
        if flags & SYN:
            return SYN | ACK, self.own, self.expected
        if flags & ACK and acknowledgement == self.next:
            self.is_established = True
            return self.take(flags, sequence, acknowledgement, payload)
        return (RST, acknowledgement, 0) if flags & ACK else None

    def kind(self, flags, sequence, acknowledgement, payload):
        offset = ahead(sequence, self.expected)
        inside = 0 <= offset < WINDOW
        if flags & RST:
            return "rst-exact" if offset == 0 else "rst-in" if inside else "rst-out"
        if flags & SYN:
            return "syn-ack" if flags & ACK else "syn-in" if inside else "syn-out"
        if not flags & ACK:
            return "fin-no-ack" if flags & FIN else "null"
        if not inside:
            return "old" if offset < 0 else "out"
        distance = ahead(acknowledgement, self.next)
        if distance > 0:
            return "data-new" if payload else "ack-new"
        return "data-old" if distance < -WINDOW and payload else "good"

    def take_text(self, flags, sequence, payload):
        if not payload and not flags & FIN:
            return None
        self.beyond[sequence] = (len(payload), bool(flags & FIN))
        while self.expected in self.beyond:
            length, is_last = self.beyond.pop(self.expected)
            self.expected = (self.expected + length + is_last) % (1 << 32)
            if is_last:
                answer = FIN | ACK, self.next, self.expected
                self.next = (self.next + 1) % (1 << 32)
                return answer
        return self.ack()

    def ack(self):
        return ACK, self.next, self.expected
