"""A grader's bundle as bytes, which travel to other processes and other machines."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from minidl.assignment.making.bundle import open_bundle
from minidl.assignment.making.manifest import files_in, write_files
from minidl.assignment.spec import Assignment


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """All files of a bundle.

    Attributes
    ----------
    assignment : Assignment
    digest : str
        Hash of all of it.
    files : dict of str to bytes
    """

    assignment: Assignment
    digest: str
    files: dict


def read_parcel(path):
    """Read the bundle of a folder or a zip.

    Raises
    ------
    OSError
        If there is none.
    ValueError
        If it is damaged, or something else.
    """
    with open_bundle(path) as bundle:
        return Parcel(bundle.assignment, bundle.digest, files_in(bundle.folder))


@contextlib.contextmanager
def unpacked(parcel, folder):
    """Unpack a parcel for one hand-in, so that none finds what another one left in it.

    Parameters
    ----------
    parcel : Parcel
    folder : path-like
        To write to; it stays.

    Yields
    ------
    minidl.assignment.making.bundle.Bundle
        Its cases are in memory, and neither they nor the solution are on the disk any more.
    """
    write_files(folder, parcel.files)
    with open_bundle(folder) as bundle:
        for name in ("trials", "solution"):
            shutil.rmtree(Path(bundle.folder, name))
        yield bundle
