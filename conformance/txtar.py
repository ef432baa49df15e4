"""The txtar format: a comment (here: a script), then files introduced by ``-- name --`` lines."""

from __future__ import annotations

import re

__all__ = ["Archive"]

_MARKER = re.compile(r"^-- (.+) --\r?$")


class Archive:
    """A script and the files it works on, in order."""

    def __init__(self, script: str, files: dict[str, str]) -> None:
        self.script = script
        self.files = files

    @classmethod
    def parse(cls, text: str) -> Archive:
        """Split ``text``; a file without a final newline gets one."""
        script: list[str] = []
        files: dict[str, str] = {}
        current = script
        name = ""

        def close() -> None:
            body = "".join(current)
            if name:
                files[name] = body if body.endswith("\n") or not body else body + "\n"

        for line in text.splitlines(keepends=True):
            marker = _MARKER.match(line.rstrip("\n"))
            if marker and marker[1].strip():
                close()
                name, current = marker[1].strip(), []
            else:
                current.append(line)
        close()
        return cls("".join(script), files)

    def format(self) -> str:
        """The archive as text; ``parse`` of it gives the same archive."""
        parts = [self.script if self.script.endswith("\n") or not self.script else self.script + "\n"]
        for name, body in self.files.items():
            parts.append(f"-- {name} --\n{body}")
        return "".join(parts)
