"""Standard streams of one run, and the only place that writes to them."""

from __future__ import annotations

import sys

__all__ = ["Console"]


class Console:
    """Bytes in, text or bytes out. Output is collected in pieces and written by :meth:`flush`."""

    def __init__(self) -> None:
        self._out: list[bytes] = []

    def stdin(self) -> bytes:
        """Everything that standard input holds."""
        stream = sys.stdin
        if stream is None:
            return b""
        binary = getattr(stream, "buffer", None)
        return binary.read() if binary is not None else stream.read().encode("utf-8", "surrogateescape")

    def write(self, data: str | bytes) -> None:
        """Add to standard output."""
        self._out.append(data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape"))

    def error(self, text: str) -> None:
        """Write to standard error, after all that went to standard output so far."""
        self.flush()
        self._send(sys.stderr, text.encode("utf-8", "surrogateescape"))

    def flush(self) -> None:
        """Write what was collected."""
        if self._out:
            data, self._out = b"".join(self._out), []
            self._send(sys.stdout, data)

    @staticmethod
    def _send(stream: object, data: bytes) -> None:
        if stream is None:
            return
        stream.flush()  # type: ignore[attr-defined]
        binary = getattr(stream, "buffer", None)
        if binary is None:
            stream.write(data.decode("utf-8", "surrogateescape"))  # type: ignore[attr-defined]
        else:
            binary.write(data)
            binary.flush()
