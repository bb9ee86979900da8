"""Programs that tests need besides the servers, from the machine or from Debian's packages."""

import shutil
from pathlib import Path

from deploy.local import apt
from deploy.local.errors import CannotProvide

_HELP = """\
The program {program} is needed, and it is neither on this machine nor may apt install it here.
Install it: sudo apt-get install {package}   (elsewhere: the package that brings {program})"""


async def provide(program: str, package: str) -> Path:
    """Where the program is, installed now if need be.

    Raises `CannotProvide`, whose text says what is missing and how to get it.
    """
    if shutil.which(program) is None and await apt.usable():
        await apt.update()
        await apt.install(package)
    found = shutil.which(program)
    if found is None:
        raise CannotProvide(_HELP.format(program=program, package=package))
    return Path(found)
