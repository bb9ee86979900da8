"""An institute's catalogue is judged line by line, and refused whole."""

from pathlib import Path

import pytest

from clinical_records.catalogue_files import CatalogueRefused, read_diagnoses, read_medications
from clinical_records.repository.catalogues import Diagnosis, Medicine

INSTITUTES = Path(__file__).parents[3] / "deploy" / "institutes"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "catalogue.csv"
    path.write_bytes(content)
    return path


def faults(folder: Path, content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(CatalogueRefused) as refused:
        read_medications(written(folder, content))
    return [(fault.line, fault.problem) for fault in refused.value.faults]


def test_lines_become_entries_in_their_order(tmp_path: Path) -> None:
    medicines = written(tmp_path, "code,name,presentation\nM-1, Ácido ,\nM-2,B,Caja\n".encode())
    assert read_medications(medicines) == [
        Medicine("M-1", "Ácido", ""),
        Medicine("M-2", "B", "Caja"),
    ]

    diagnoses = written(tmp_path, b"code,label\nJ00,Resfriado\nM54.5,Dolor\n")
    assert read_diagnoses(diagnoses) == [Diagnosis("J00", "Resfriado"), Diagnosis("M54.5", "Dolor")]


def test_every_bad_line_is_named_and_what_stands_there_is_not(tmp_path: Path) -> None:
    content = (
        b"code,name,presentation\n-1,A,\nM-1,,\nM-2,B\nM-3,C,\nM-3,D,\nM-4,E\tE,\nM-5,"
        + b"x" * 1001
        + b",\n"
    )

    assert faults(tmp_path, content) == [
        (2, "code"), (3, "no-name"), (4, "columns"), (6, "twice"), (7, "unprintable"),
        (8, "too-long"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "header"),
        (b"name,code,presentation\nA,M-1,\n", "header"),
        (b"code,name,presentation\n", "empty"),
        (b"code,name,presentation\nM-1,\xff,\n", "not-utf-8"),
        (b'code,name,presentation\nM-1,"A"B,\n', "not-csv"),
        (b"\xef\xbb\xbfcode,name,presentation\nM-1,A,\n", "header"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_first_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    assert faults(tmp_path, content) == [(1, problem)]


@pytest.mark.parametrize("institute", ["issstecali", "iess"])
def test_the_demonstrations_own_catalogues_are_accepted(institute: str) -> None:
    folder = INSTITUTES / institute

    assert len(read_medications(folder / "medications.csv")) == 147
    assert len(read_diagnoses(folder / "diagnoses.csv")) > 20
