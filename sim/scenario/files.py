"""Reading what a person has put into a folder: the text of a file, or one clear sentence about why there is none."""

from pathlib import Path

from sim.scenario.errors import clipped, refuse, shown_path

YAML_BYTES = 1_000_000
TABLE_BYTES = 5_000_000


def read_text(path: Path, largest: int) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark; raises ScenarioError where that cannot be had."""
    where = shown_path(path)
    try:
        return decoded(contents(path, where, largest), where)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise refuse(f"{where}:{line}", "must be text in UTF-8; save it again with that encoding") from None
    except (OSError, ValueError) as error:
        raise refuse(where, f"cannot be read: {reason(error)}") from None


def contents(path: Path, where: str, largest: int) -> bytes:
    """The bytes of an ordinary file of bearable size."""
    if path.is_dir():
        raise refuse(where, "must be a file, and is a folder")
    if not path.exists():
        raise refuse(where, "is missing")
    if not path.is_file():
        raise refuse(where, "must be an ordinary file")
    with path.open("rb") as file:
        read = file.read(largest + 1)
    if len(read) > largest:
        raise refuse(where, f"is larger than {largest // 1_000_000} MB; a scenario is written by hand")
    return read


def decoded(read: bytes, where: str) -> str:
    text = read.decode("utf-8-sig")
    if not text.strip():
        raise refuse(where, "is empty")
    return text


def reason(error: Exception) -> str:
    """Why the system would not give the file, in its own words."""
    return (error.strerror or "unknown reason").lower() if isinstance(error, OSError) else "its name cannot be a file's"


def resolved(path: Path) -> Path:
    """Where a path leads in the end, symbolic links followed; raises ScenarioError where it leads nowhere possible."""
    try:
        target = path.resolve()
        target.is_file()  # the system's own word on names too long for it
        return target
    except (OSError, ValueError, RuntimeError):
        raise refuse(clipped(str(path)), "cannot be a file's or folder's name") from None


def kept_within(path: Path, roots: tuple[Path, ...]) -> Path:
    """The path, if symbolic links do not lead it out of all these folders."""
    target = resolved(path)
    if not any(target.is_relative_to(root) for root in roots):
        raise refuse(shown_path(path), f"leads out of {shown_path(roots[0])}, to {target}; a scenario may use only what lies beside its own folder")
    return path
