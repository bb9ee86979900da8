"""Reads an institute's folder; whatever is wrong with it is said at once, in one message."""

import csv
import io
import json
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from shared.profile.model import Profile
from shared.profile.policies import carried_forward

UNITS_HEADER: Final = ("code", "name", "address", "phone", "hours", "zone")
_LOADED_HERE: Final = ("units", "demo", "demo_hash_cost")


class ProfileInvalid(Exception):
    """The folder is no valid profile; `faults` says all that is wrong, file and place first."""

    def __init__(self, folder: Path, faults: Sequence[str]) -> None:
        listed = "".join(f"\n  - {fault}" for fault in faults)
        super().__init__(f"the institute's profile in {folder} is not valid:{listed}")
        self.faults = tuple(faults)


def load_profile(folder: Path) -> Profile:
    """The profile in a folder: profile.toml, units.csv, texts/*.md and, optionally, demo.toml.

    Raises ProfileInvalid with every fault of every file, and nothing else for a bad folder.
    """
    faults: list[str] = []
    data = _toml(folder / "profile.toml", faults)
    readable = not faults
    faults += [f"profile.toml: {key}: does not belong here" for key in _LOADED_HERE if key in data]
    units, lines = _units(folder / "units.csv", faults)
    demo = _toml(folder / "demo.toml", faults) if (folder / "demo.toml").exists() else {}
    _judge_demo(demo, faults)
    data |= demo | {"units": units}
    if isinstance(data.get("documents"), list):
        data["documents"] = _documents(folder, data["documents"], faults)
    if isinstance(data.get("policies"), list):
        data["policies"] = carried_forward(data["policies"])
    code = data.get("code")
    if code is not None and code != folder.resolve().name:
        faults.append(f"profile.toml: code: {code!r} is not the folder's name")
    try:
        # Through JSON, because there alone a strict model takes an array for a tuple.
        profile = Profile.model_validate_json(json.dumps(data, default=_plain))
    except ValidationError as error:
        # A file that could not be read lacks everything; to say so key by key helps nobody.
        explained = _explained(error, lines) if readable else []
        raise ProfileInvalid(folder, [*faults, *explained]) from None
    if faults:
        raise ProfileInvalid(folder, faults)
    return profile


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(path: Path, faults: list[str]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.append(f"{path.name}: is not UTF-8")
    except OSError as error:
        faults.append(f"{path.name}: cannot be read: {error.strerror}")
    return None


def _toml(path: Path, faults: list[str]) -> dict[str, Any]:
    text = _text(path, faults)
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path.name}: {error}")
        return {}


def _judge_demo(demo: dict[str, Any], faults: list[str]) -> None:
    faults += [
        f"demo.toml: {key}: does not belong here"
        for key in demo
        if key not in {"demo", "demo_hash_cost"}
    ]
    if "demo_hash_cost" in demo and demo.get("demo") is not True:
        faults.append("demo.toml: demo_hash_cost: only an institute with demo = true may set it")


def _units(path: Path, faults: list[str]) -> tuple[list[dict[str, str]], list[int]]:
    """The rows that have the right number of fields, and the line on which each one ends."""
    text = _text(path, faults)
    units: list[dict[str, str]] = []
    lines: list[int] = []
    first_seen: dict[str, int] = {}
    reader = csv.reader(io.StringIO(text or "", newline=""), strict=True)
    try:
        header = next(reader, [])
        if text is not None and tuple(header) != UNITS_HEADER:
            faults.append(f"units.csv: line 1: the header must be {','.join(UNITS_HEADER)}")
            return [], []
        for row in reader:
            if len(row) != len(UNITS_HEADER):
                faults.append(f"units.csv: line {reader.line_num}: {len(row)} fields, not 6")
                continue
            if row[0] in first_seen:
                earlier = first_seen[row[0]]
                faults.append(
                    f"units.csv: line {reader.line_num}: code {row[0]!r} stands on line {earlier}"
                )
            first_seen.setdefault(row[0], reader.line_num)
            units.append(dict(zip(UNITS_HEADER, row, strict=True)))
            lines.append(reader.line_num)
    except csv.Error as error:
        faults.append(f"units.csv: line {reader.line_num}: {error}")
    return units, lines


def _documents(folder: Path, entries: list[Any], faults: list[str]) -> list[object]:
    """Each document's entry with the title and the text of its file."""
    complete: list[object] = []
    for entry in entries:
        file = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(file, str):
            complete.append(entry)
            continue
        text = _text(folder / "texts" / Path(file).name, faults)
        title = (text or "").partition("\n")[0]
        if text is not None and not title.startswith("# "):
            faults.append(f"{file}: must begin with its title, `# ...`")
        if text is not None and f"Versión {entry.get('version')}." not in text:
            faults.append(f"{file}: does not say `Versión {entry.get('version')}.`")
        complete.append(entry | {"title": title.removeprefix("# ") or file, "text": text or ""})
    return complete


def _explained(error: ValidationError, lines: Sequence[int]) -> list[str]:
    return [
        f"{_place(fault['loc'], lines)}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _place(location: tuple[int | str, ...], lines: Sequence[int]) -> str:
    match location:
        case ("units", int(row), *rest):
            return f"units.csv: line {lines[row]}: {'.'.join(map(str, rest))}"
        case ("units", *_):
            return "units.csv"
        case ("demo" | "demo_hash_cost", *_):
            return f"demo.toml: {'.'.join(map(str, location))}"
        case _:
            return f"profile.toml: {'.'.join(map(str, location))}"
