"""The page of a sick leave: what it says, for both institutes, and that it is always the same."""

from pathlib import Path

import pytest
from builders.documents import sample_paper
from poppler import Poppler

from clinical_records.document.compose import compose
from clinical_records.document.paper import Paper

FINGERPRINT = "ab12" * 16


def _write(tmp_path: Path, paper: Paper) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(compose(paper, "Instituto de muestra", FINGERPRINT))
    return path


@pytest.mark.parametrize(
    ("institute", "short_name", "sheet"),
    [("issstecali", "ISSSTECALI", "612 x 792"), ("iess", "IESS", "595.276 x 841.89")],
)
async def test_r_44_the_page_says_who_when_how_long_and_where_to_verify(
    institute: str, short_name: str, sheet: str, tmp_path: Path, poppler: Poppler
) -> None:
    path = _write(tmp_path, sample_paper(institute))
    text, info = await poppler.text(path), await poppler.info(path)
    for said in (
        short_name,
        "Certificado de incapacidad",
        "Enfermedad general",
        "Ana Muestra Ñandú",
        "90000001",
        "VEINTIÚN DÍAS",
        "21",
        "viernes 28 de febrero de 2031",
        "jueves 20 de marzo de 2031",
        "Dra. Elena Modelo Ejemplo",
        "Oficial autorizador",
        "7K3M-9QXW-22AB-ZC0T",
        "https://citas.example.org/sellos/7K3M-9QXW-22AB-ZC0T",
        "Instituto de muestra",
        "AB12 AB12",
    ):
        assert said in text
    assert sheet in info


async def test_neither_diagnosis_nor_its_code_is_on_a_paper_that_employers_read(
    tmp_path: Path, poppler: Poppler
) -> None:
    path = _write(tmp_path, sample_paper())
    assert "J00" not in await poppler.text(path)
    assert "Etiqueta de muestra" not in await poppler.text(path)


def test_the_same_paper_is_the_same_file_byte_for_byte() -> None:
    paper = sample_paper()
    assert compose(paper, "X", FINGERPRINT) == compose(paper, "X", FINGERPRINT)


def test_it_declares_itself_archivable_and_accessible() -> None:
    made = compose(sample_paper(), "X", FINGERPRINT)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"es-MX" in made


async def test_i_6_and_i_7_no_text_is_read_as_markup(tmp_path: Path, poppler: Poppler) -> None:
    name = '#read("/etc/passwd") *a* $x$ <b> @y [z] \\ "'
    path = _write(tmp_path, sample_paper(member=name))
    assert " ".join(name.split()) in await poppler.text(path)


async def test_the_longest_texts_still_fit_on_one_page(tmp_path: Path, poppler: Poppler) -> None:
    for institute in ("issstecali", "iess"):
        paper = sample_paper(
            institute,
            member="Nombre " * 14,
            doctor="Apellido " * 12,
            unit="Unidad de Medicina Familiar " * 4,
            unit_address="Calle de muestra y avenida, " * 5,
            days=366,
        )
        assert "Pages:           1\n" in await poppler.info(_write(tmp_path, paper))
