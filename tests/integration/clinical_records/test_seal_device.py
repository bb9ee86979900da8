"""A sealing key in a device, by PKCS#11; the device here is SoftHSM, a token in software."""

import asyncio
import os
from pathlib import Path
from typing import Any, Literal

import pytest
from builders.documents import sample_paper
from builders.seal_files import certificate_for, ec_key, pem, rsa_key
from poppler import Poppler

from clinical_records.document.keys import KeyToken, KeyUnusable
from clinical_records.document.press import open_press
from deploy.local.tools import provide

PIN = "123456"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


async def _run(*words: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


@pytest.fixture(params=["ec", "rsa"])
async def token(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> KeyToken:
    """A token with one key; its certificate stands beside it in a file."""
    tool = await provide("softhsm2-util", "softhsm2")
    store, configuration = tmp_path / "tokens", tmp_path / "softhsm2.conf"
    store.mkdir()
    configuration.write_text(f"directories.tokendir = {store}\nlog.level = ERROR\n")
    monkeypatch.setitem(os.environ, "SOFTHSM2_CONF", str(configuration))
    key: Any = ec_key() if request.param == "ec" else rsa_key(2048)
    private, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    private.write_bytes(pem(key, None))
    certificate.write_bytes(certificate_for(key, as_pem=True))
    await _run(tool, "--init-token", "--free", "--label", "sello", "--pin", PIN, "--so-pin", PIN)
    await _run(
        *(tool, "--import", private, "--token", "sello", "--label", "sello-2031"),
        *("--id", "a1", "--pin", PIN),
    )
    private.unlink()
    [module] = [path for name in _MODULES if (path := Path(name)).exists()]
    return KeyToken(module, "sello", "sello-2031", PIN, certificate)


async def test_a_device_seals_and_pdfsig_agrees(
    token: KeyToken, tmp_path: Path, poppler: Poppler
) -> None:
    async with open_press(token, production=True, workers=1) as press:
        made = [await press.make(sample_paper()) for _ in range(2)]
    for one in made:
        path = tmp_path / "paper.pdf"
        path.write_bytes(one.content)
        assert await poppler.holds(path)
        assert one.certificate.owner == "Sello de muestra"


@pytest.mark.parametrize(("name", "value"), [("pin", "654321"), ("token", "otro"), ("key", "otra")])
async def test_a_device_that_does_not_open_is_told_as_such(
    token: KeyToken, name: Literal["pin", "token", "key"], value: str
) -> None:
    given = {one: getattr(token, one) for one in ("pin", "token", "key")} | {name: value}
    wrong = KeyToken(token.module, given["token"], given["key"], given["pin"], token.certificate)
    async with open_press(wrong, production=True, workers=1) as press:
        with pytest.raises(KeyUnusable) as refused:
            await press.make(sample_paper())
    assert "654321" not in str(refused.value)
