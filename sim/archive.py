"""A run as one file to keep or to send: a zip with a checksum of every file in it, the same bytes whenever it is made."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sim.table_files import whole_or_nothing

CHECKSUMS = "SHA256SUMS"
LEFT_OUT = (".lock",)
SOME_DAY = (1980, 1, 1, 0, 0, 0)
"""Files in the zip bear no time of their own: it would make other bytes of the same run."""
PERMISSIONS = 0o644 << 16
UNIX = 3
BLOCK = 1 << 20


def archive(folder: Path, target: Path) -> int:
    """Write a run's folder as a zip, and say how many files it holds; raises ScenarioError where it cannot be written."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink() and file.name not in LEFT_OUT)
    return pack(folder.resolve().name, {file.relative_to(folder).as_posix(): file for file in files}, target)


def pack(name: str, members: Mapping[str, Path | bytes], target: Path) -> int:
    """Write files, or bytes, as a zip with one folder, and say how many they are; raises ScenarioError where it cannot be written.

    They are stored as they are: how a compressor packs them depends on its version. `SHA256SUMS` inside is read by
    `sha256sum --check`.
    """
    sums: list[str] = []
    with whole_or_nothing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        for inner, content in sorted(members.items(), key=lambda item: PurePosixPath(item[0])):
            sums.append(f"{_pack(packed, content, f'{name}/{inner}')}  {inner}\n")
        packed.writestr(_member(f"{name}/{CHECKSUMS}"), "".join(sums))
    return len(members)


def _pack(packed: zipfile.ZipFile, content: Path | bytes, name: str) -> str:
    """Put a file into the zip; its checksum."""
    digest, member = hashlib.sha256(), _member(name)
    member.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source, packed.open(member, "w") as inside:
        while block := source.read(BLOCK):
            digest.update(block)
            inside.write(block)
    return digest.hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, SOME_DAY)
    member.external_attr, member.create_system = PERMISSIONS, UNIX
    return member
