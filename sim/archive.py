"""A run as one file to keep or to send: a zip with a checksum of every file in it, the same bytes whenever it is made."""

import hashlib
import zipfile
from pathlib import Path

from sim.table_files import whole_or_nothing

CHECKSUMS = "SHA256SUMS"
LEFT_OUT = (".lock",)
SOME_DAY = (1980, 1, 1, 0, 0, 0)
"""Files in the zip bear no time of their own: it would make other bytes of the same run."""
PERMISSIONS = 0o644 << 16
UNIX = 3
BLOCK = 1 << 20


def archive(folder: Path, target: Path) -> int:
    """Write a run's folder as a zip, and say how many files it holds; raises ScenarioError where it cannot be written.

    Files are stored as they are: how a compressor packs them depends on its version. `SHA256SUMS` inside is read by
    `sha256sum --check`.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink() and file.name not in LEFT_OUT)
    sums: list[str] = []
    with whole_or_nothing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        for file in files:
            name = file.relative_to(folder).as_posix()
            sums.append(f"{_pack(packed, file, f'{folder.resolve().name}/{name}')}  {name}\n")
        packed.writestr(_member(f"{folder.resolve().name}/{CHECKSUMS}"), "".join(sums))
    return len(files)


def _pack(packed: zipfile.ZipFile, file: Path, name: str) -> str:
    """Put a file into the zip; its checksum."""
    digest, member = hashlib.sha256(), _member(name)
    member.file_size = file.stat().st_size
    with file.open("rb") as source, packed.open(member, "w") as inside:
        while block := source.read(BLOCK):
            digest.update(block)
            inside.write(block)
    return digest.hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, SOME_DAY)
    member.external_attr, member.create_system = PERMISSIONS, UNIX
    return member
