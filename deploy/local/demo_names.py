"""Names that nobody bears: ordinary given names, and surnames that say they are for show."""

from random import Random
from typing import Final

from deploy.local.demo_roll import Sex

_GIVEN: Final[dict[Sex, tuple[str, ...]]] = {
    "F": (
        "Ana",
        "Begoña",
        "Carmen",
        "Concepción",
        "Elena",
        "Inés",
        "Íngrid",
        "Itzel",
        "Lucía",
        "Luz María",
        "María José",
        "Marta",
        "Mónica",
        "Paula",
        "Raquel",
        "Rocío",
        "Sofía",
        "Verónica",
        "Zoé",
    ),
    "M": (
        "Adrián",
        "Andrés",
        "Carlos",
        "César",
        "Daniel",
        "Ezequiel",
        "Íñigo",
        "Jesús",
        "José Ángel",
        "Juan Pablo",
        "Julián",
        "Luis",
        "Manuel",
        "Martín",
        "Óscar",
        "Pedro",
        "Ramón",
        "Raúl",
        "Tomás",
    ),
}
_SURNAMES: Final = (
    "Boceto",
    "Borrador",
    "Demostración",
    "Diseño",
    "Ejemplo",
    "Ensayo",
    "Esbozo",
    "Ficción",
    "Hipótesis",
    "Maqueta",
    "Modelo",
    "Muestra",
    "Plantilla",
    "Prototipo",
    "Prueba",
    "Señuelo",
    "Simulación",
    "Supuesto",
)


def given_names(draw: Random, sex: Sex) -> str:
    return draw.choice(_GIVEN[sex])


def surname(draw: Random) -> str:
    return draw.choice(_SURNAMES)
