"""A running system as its two description files tell it: where everything is, and who may look."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.local.run_folder import RunFolder


class NotRunning(Exception):
    """There is no running system to look at; the text says how to get one."""


class _Family(BaseModel):
    affiliation_number: str


class _Login(BaseModel):
    username: str


class _System(BaseModel):
    gateway: str
    mailbox: str
    logins: list[_Login]
    spare_families: list[_Family]
    databases: dict[str, str]
    amqp: str


class _Local(BaseModel):
    gateway_second_listener: str
    portal_credential: str
    rabbitmq_management: str
    secrets: dict[str, Path]
    institute: Path


class Running(BaseModel):
    """`databases` are owner logins by service, `amqp` and `management` an administrator's."""

    model_config = ConfigDict(frozen=True)

    gateway: str
    mailbox: str
    databases: dict[str, str]
    amqp: str
    management: str
    second_listener: str
    portal_credential: str = Field(repr=False)
    institute: Path
    secrets: dict[str, Path]
    logins: tuple[str, ...]
    spare: tuple[str, ...]
    """Holders' numbers that other tools may register with."""
    own: Path
    """The institute's folder of data."""

    @classmethod
    def found(cls, folder: RunFolder) -> Self:
        """Read both files; raises `NotRunning` when the system isn't ready."""
        try:
            system = _System.model_validate_json(folder.system.read_bytes())
            local = _Local.model_validate_json(folder.local.read_bytes())
        except FileNotFoundError:
            raise NotRunning(
                f"No system runs from {folder.path}: start it with `make run` (SISA_RUN_DIR names "
                "another folder) and wait for the line that begins with Ready."
            ) from None
        except ValidationError as fault:
            raise NotRunning(f"{folder.path} does not describe a whole system: {fault}") from None
        return cls(
            gateway=system.gateway,
            mailbox=system.mailbox,
            databases=system.databases,
            amqp=system.amqp,
            management=local.rabbitmq_management,
            second_listener=local.gateway_second_listener,
            portal_credential=local.portal_credential,
            institute=local.institute,
            secrets=local.secrets,
            logins=tuple(login.username for login in system.logins),
            spare=tuple(family.affiliation_number for family in system.spare_families),
            own=folder.path / local.institute.name,
        )
