"""An institute as the services see it: every part typed, frozen and already judged."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from shared.profile.colours import Colours
from shared.profile.fields import Address, Code, OptionalText, Part, Text, UnitCode, Zone, unique
from shared.profile.numbers import Identifier, Phone, Serial
from shared.profile.policies import Policies, in_order, policies_at

DocumentName = Literal["privacy_full", "privacy_simplified", "terms", "family_grouping"]

_T = TypeVar("_T")
_Some = Annotated[tuple[_T, ...], Field(min_length=1)]


class Unit(Part):
    """A medical unit; `phone` and `hours` are text for people."""

    code: UnitCode
    name: Text
    address: Text
    phone: OptionalText
    hours: Text
    zone: Zone

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Service(Part):
    """A medical service; one that needs a referral is not open to direct booking (R-22)."""

    code: Code
    name: Text
    needs_referral: bool
    refers: bool = False
    """Whether its doctors may open the others: general and family medicine (R-46)."""


class Sender(Part):
    """In whose name mails go out."""

    address: Address
    name: Text


class Office(Part):
    """Where a person is helped, apart from the medical units."""

    name: Text
    address: Text
    phone: Text
    hours: Text


class ContactKind(Part):
    """A kind of message of the contact form; `public` ones need no session (R-53)."""

    code: Code
    label: Text
    public: bool = False


class Document(Part):
    """A legal text: what a person accepts, under which version (R-02)."""

    name: DocumentName
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+\.md$")]
    url: OptionalText = ""
    """Where the institute itself publishes the text; empty for this system's own address."""
    title: Text
    text: str
    """The whole text, in Markdown: headings, paragraphs and lists."""

    @property
    def address(self) -> str:
        """Where the text can be read, for the public description of the institute."""
        return self.url or f"/v1/institute/documents/{self.name}"


class OwnHoliday(Part):
    """A day on which this institute gives no appointments."""

    on: date
    name: Text


class Holidays(Part):
    """Which days are holidays: the country's by the `holidays` package, and the institute's."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    subdivision: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,5}$")] | None = None
    own: Annotated[tuple[OwnHoliday, ...], AfterValidator(unique("on"))] = ()


class HashCost(Part):
    """A cost of argon2id: passes, KiB of memory, lanes."""

    time_cost: Annotated[int, Field(ge=1, le=100)]
    memory_kib: Annotated[int, Field(ge=8, le=4 * 1024 * 1024)]
    parallelism: Annotated[int, Field(ge=1, le=64)]


def _every_document(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    present = {document.name for document in documents}
    missing = [name for name in get_args(DocumentName) if name not in present]
    if missing:
        raise ValueError(f"no document named {', '.join(missing)}")
    return documents


class Profile(Part):
    """Everything that one institute decides (decision 12)."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    """The institute's code, the name of its folder."""
    name: Text
    short_name: Text
    system_name: Text
    """What the institute calls its on-line service."""
    zone: Zone
    locale: Annotated[str, StringConstraints(pattern=r"^es-[A-Z]{2}$")]
    helpline: Text
    """The telephone that a person with a problem is told to call."""
    contact_address: Address
    """The mailbox that receives the contact form's messages (R-53)."""
    colours: Colours
    sender: Sender
    identifier: Identifier
    serial: Serial
    phone: Phone
    services: Annotated[_Some[Service], AfterValidator(unique("code", "name"))]
    policies: Annotated[_Some[Policies], AfterValidator(in_order)]
    offices: tuple[Office, ...]
    contact_kinds: Annotated[_Some[ContactKind], AfterValidator(unique("code", "label"))]
    documents: Annotated[
        tuple[Document, ...],
        AfterValidator(unique("name", "file")),
        AfterValidator(_every_document),
    ]
    holidays: Holidays
    units: _Some[Unit]
    demo: bool = False
    """True for an institute of generated people; production refuses what only a demo may do."""
    demo_hash_cost: HashCost | None = None
    """A cheaper password hash, so that thousands of demo accounts can be made in a moment."""

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def policies_at(self, day: date) -> Policies:
        """The policy numbers that hold on a local day (R-30)."""
        return policies_at(self.policies, day)

    def unit(self, code: str) -> Unit | None:
        return _named(self.units, code)

    def service(self, code: str) -> Service | None:
        return _named(self.services, code)

    def contact_kind(self, code: str) -> ContactKind | None:
        return _named(self.contact_kinds, code)

    def document(self, name: str) -> Document | None:
        return next((document for document in self.documents if document.name == name), None)

    def valid_affiliation_number(self, text: str) -> str | None:
        """The canonical form of an affiliation number, or None when `text` cannot be one."""
        return self.identifier.valid(text)

    def valid_serial_number(self, text: str) -> str | None:
        """The canonical form of a serial number, or None when `text` cannot be one."""
        return self.serial.valid(text)

    def valid_phone(self, text: str) -> str | None:
        """The national digits of a telephone number, or None when `text` cannot be one."""
        return self.phone.valid(text)


_Named = TypeVar("_Named", Unit, Service, ContactKind)


def _named(items: Iterable[_Named], code: str) -> _Named | None:
    return next((item for item in items if item.code == code), None)
