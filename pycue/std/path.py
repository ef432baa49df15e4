"""CUE package path: paths of three operating systems. Source: pkg/path."""

from __future__ import annotations

from pycue._go import filepath
from pycue._go.strconv import quote
from pycue.evaluator.calls import CallError
from pycue.evaluator.kind import STRING, kind_string
from pycue.evaluator.values import EVAL, INCOMPLETE
from pycue.std._declare import Package, raw_function, read_arguments

TYPE_CHECKING = False  # not from typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pycue.evaluator.calls import CallContext
    from pycue.evaluator.values import Builtin

__all__ = ["PACKAGE"]

_UNIX = "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd solaris zos".split()
_SYSTEMS = {"unix": "unix", "windows": "windows", "plan9": "plan9", **dict.fromkeys(_UNIX, "unix")}


def _for_system(
    name: str, params: str, result: str, implementation: Callable[..., Any], default: str | None = "unix"
) -> Builtin:
    """A function whose last parameter is the operating system."""
    count = len(params.split())

    def call_checked(call: CallContext) -> Any:
        name = call.value(count)
        if not name.concrete:
            raise call.error(INCOMPLETE, "non-concrete value %s", kind_string(name.kind & STRING))
        system = _SYSTEMS.get(call.string(count))
        if system is None:
            known = sorted(_SYSTEMS, key=lambda s: s != default)
            names = " | ".join(("*" if s == default else "") + quote(s) for s in known)
            text = "cannot use %s as %s in argument %s to %s"
            value = call.value(count)
            raise CallError(call.ctx.error(EVAL, value.src, text, value, names, count + 1, call.builtin), wrapped=False)
        return implementation(*read_arguments(call, params), system)

    system = {count: default} if default else None
    return raw_function(name, f"{params} s", result, call_checked, system, reads=False)


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
	Unix:     "unix"
	Windows:  "windows"
	Plan9:    "plan9"
}
""",
)
