"""File paths of three systems, as Go's package path/filepath treats them.

``system`` is ``unix``, ``windows`` or ``plan9`` (the last differs from unix only in its list separator and roots).
"""

from __future__ import annotations

import re

__all__ = [
    "PatternError",
    "base",
    "clean",
    "dirname",
    "extension",
    "from_slash",
    "is_absolute",
    "join",
    "match",
    "relative",
    "resolve",
    "split",
    "split_list",
    "to_slash",
    "volume_name",
]


class PatternError(ValueError):
    """``syntax error in pattern``."""

    def __init__(self) -> None:
        super().__init__("syntax error in pattern")


def _separator(system: str) -> str:
    return "\\" if system == "windows" else "/"


def _is_separator(char: str, system: str) -> bool:
    return char == "/" or (system == "windows" and char == "\\")


def volume_name(path: str, system: str) -> str:
    r"""``C:`` or ``\\host\share``; empty but on windows."""
    if system != "windows":
        return ""
    if re.match(r"[A-Za-z]:", path):
        return path[:2]
    unc = re.match(r"[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*", path)
    return unc[0] if unc else ""


_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[1-9])", re.I)


def is_absolute(path: str, system: str) -> bool:
    """Whether the path starts at a root, or on windows is the name of a device."""
    if system == "windows":
        if _DEVICE.fullmatch(path):
            return True
        volume = volume_name(path, system)
        return bool(volume) and (path[len(volume) : len(volume) + 1] in ("\\", "/") or len(volume) > 2)
    return path.startswith("/") or (system == "plan9" and path.startswith("#"))


def clean(path: str, system: str) -> str:
    """The shortest equivalent path."""
    volume = volume_name(path, system)
    rest = path[len(volume) :]
    separator = _separator(system)
    if not rest:
        return from_slash(volume, system) if len(volume) > 2 else volume + "."
    rooted = _is_separator(rest[0], system)
    parts: list[str] = []
    for part in re.split(r"[\\/]+" if system == "windows" else "/+", rest):
        if part in ("", "."):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not rooted:
            parts.append(part)
    body = separator.join(parts)
    out = (separator if rooted else "") + body
    return from_slash(volume, system) + (out or ".")


def join(parts: list[str], system: str) -> str:
    """Parts with separators between, cleaned; empty parts are passed over."""
    kept = [p for p in parts if p]
    if not kept:
        return ""
    separator = _separator(system)
    if system != "windows":
        return clean(separator.join(kept), system)
    if len(kept[0]) == 2 and kept[0][1] == ":":  # relative to the drive's current folder
        return clean(kept[0] + separator.join(kept[1:]), system)
    joined = clean(separator.join(kept), system)
    head = clean(kept[0], system)
    if not joined.startswith("\\\\") or head.startswith("\\\\"):
        return joined
    # two parts that name no host must not make one together
    return head.rstrip("\\") + separator + clean(separator.join(kept[1:]), system)


def split(path: str, system: str) -> tuple[str, str]:
    """Folder (with its separator) and file."""
    volume = volume_name(path, system)
    at = len(path)
    while at > len(volume) and not _is_separator(path[at - 1], system):
        at -= 1
    return path[:at], path[at:]


def split_list(path: str, system: str) -> list[str]:
    """Members of a PATH-like list."""
    if not path:
        return []
    if system == "windows":
        parts = re.findall(r'((?:"[^"]*"|[^;"])*)(?:;|$)', path)
        return [p.replace('"', "") for p in (parts[:-1] if path[-1] != ";" else parts)]
    return path.split("\0" if system == "plan9" else ":")


def to_slash(path: str, system: str) -> str:
    """With forward slashes."""
    return path.replace(_separator(system), "/")


def from_slash(path: str, system: str) -> str:
    """With the system's separators."""
    return path.replace("/", _separator(system))


def extension(path: str, system: str) -> str:
    """The suffix from the last dot of the last part."""
    for at in range(len(path) - 1, -1, -1):
        if _is_separator(path[at], system):
            break
        if path[at] == ".":
            return path[at:]
    return ""


def base(path: str, system: str) -> str:
    """The last part."""
    if not path:
        return "."
    while path and _is_separator(path[-1], system):
        path = path[:-1]
    path = path[len(volume_name(path, system)) :]
    for at in range(len(path) - 1, -1, -1):
        if _is_separator(path[at], system):
            path = path[at + 1 :]
            break
    return path or _separator(system)


def dirname(path: str, system: str) -> str:
    """All but the last part, cleaned."""
    volume = volume_name(path, system)
    folder = clean(split(path, system)[0][len(volume) :], system)
    if folder == "." and len(volume) > 2:
        return volume
    return volume + folder


def resolve(folder: str, path: str, system: str) -> str:
    """``path`` itself where absolute, else below ``folder``."""
    return clean(path, system) if is_absolute(path, system) else join([clean(folder, system), path], system)


def relative(start: str, target: str, system: str) -> str:
    """The path that leads from ``start`` to ``target``.

    Raises:
        ValueError: there is none to be found.
    """
    separator = _separator(system)
    one, two = clean(start, system), clean(target, system)
    fold = str.lower if system == "windows" else str
    if fold(one) == fold(two):
        return "."
    one = "" if one == "." else one
    volumes = [volume_name(path, system) for path in (one, two)]
    rooted = [path[len(volume) :].startswith(separator) for path, volume in zip((one, two), volumes, strict=True)]
    if rooted[0] != rooted[1] or volumes[0].lower() != volumes[1].lower():
        raise ValueError(f"Rel: can't make {target} relative to {start}")
    left = [p for p in one.split(separator) if p]
    right = [p for p in two.split(separator) if p]
    common = 0
    while common < min(len(left), len(right)) and fold(left[common]) == fold(right[common]):
        common += 1
    if ".." in left[common:]:
        raise ValueError(f"Rel: can't make {target} relative to {start}")
    return separator.join([".."] * (len(left) - common) + right[common:])


def match(pattern: str, name: str, system: str) -> bool:
    """Shell pattern over the whole name; ``*`` and ``?`` stop at separators.

    Raises:
        PatternError: the pattern is malformed.
        ValueError: it has ``**``.
    """
    return re.fullmatch(_translate(pattern, system), name, re.S) is not None


def _translate(pattern: str, system: str) -> str:
    not_separator = r"[^\\]" if system == "windows" else "[^/]"
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            if pattern.startswith("*", at):
                raise ValueError("'**' is not supported in patterns as of yet")
            out.append(f"{not_separator}*")
        elif char == "?":
            out.append(not_separator)
        elif char == "[":
            source, at = _class(pattern, at, system)
            out.append(source)
        elif char == "\\" and system != "windows":
            if at >= len(pattern):
                raise PatternError
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(char))
    return "".join(out)


def _class(pattern: str, at: int, system: str) -> tuple[str, int]:
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[tuple[str, str]] = []
    while True:
        if at >= len(pattern):
            raise PatternError
        if pattern[at] == "]" and ranges:
            break
        low, at = _class_char(pattern, at, system)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _class_char(pattern, at + 1, system)
        ranges.append((low, high))
    inside = "".join(f"\\U{ord(lo):08x}-\\U{ord(hi):08x}" for lo, hi in ranges if lo <= hi)
    if not inside:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _class_char(pattern: str, at: int, system: str) -> tuple[str, int]:
    if at >= len(pattern) or pattern[at] in "-]":
        raise PatternError
    if pattern[at] == "\\" and system != "windows":
        at += 1
        if at >= len(pattern):
            raise PatternError
    if at + 1 >= len(pattern):
        raise PatternError
    return pattern[at], at + 1
