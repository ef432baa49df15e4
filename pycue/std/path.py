"""CUE package path: paths of three operating systems. Source: pkg/path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pycue._go import filepath
from pycue._go.strconv import quote
from pycue.std._declare import Package, function

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.values import Builtin

__all__ = ["PACKAGE"]

_SYSTEMS = ("unix", "windows", "plan9")


def _for_system(
    name: str, params: str, result: str, implementation: Callable[..., Any], default: str | None = "unix"
) -> Builtin:
    """A function whose last parameter is the operating system."""

    def checked(*args: Any) -> Any:
        if args[-1] not in _SYSTEMS:
            raise ValueError(f"unsupported operating system {quote(args[-1])}")
        return implementation(*args)

    count = len(params.split())
    return function(name, f"{params} s", result, checked, {count: default} if default else None)


PACKAGE = Package(
    "path",
    [
        _for_system("Split", "s", "l", lambda path, system: list(filepath.split(path, system))),
        _for_system("SplitList", "s", "l", filepath.split_list, None),
        _for_system("Join", "ls", "s", filepath.join),
        _for_system("Match", "s s", "b", filepath.match),
        _for_system("Clean", "s", "s", filepath.clean),
        _for_system("ToSlash", "s", "s", filepath.to_slash, None),
        _for_system("FromSlash", "s", "s", filepath.from_slash, None),
        _for_system("Ext", "s", "s", filepath.extension),
        _for_system("Resolve", "s s", "s", filepath.resolve),
        _for_system("Rel", "s s", "s", filepath.relative),
        _for_system("Base", "s", "s", filepath.base),
        _for_system("Dir", "s", "s", filepath.dirname),
        _for_system("IsAbs", "s", "b", filepath.is_absolute),
        _for_system("VolumeName", "s", "s", filepath.volume_name, "windows"),
    ],
    source="""{
	Unix:    "unix"
	Windows: "windows"
	Plan9:   "plan9"
}
""",
)
