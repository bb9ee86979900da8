"""The caller's own account and family over HTTP (R-08, R-20)."""

from identity.api.forms import phone_number
from identity.api.models import (
    Coded,
    Me,
    Member,
    Members,
    PasswordChange,
    PhoneChange,
    Preferences,
    PreferencesChange,
)
from identity.common_passwords import common_passwords
from identity.domain.accounts import Account
from identity.parts import KEYRING, LIMITS, PASSWORDS
from identity.queries.family_members import FamilyMember, family_members
from identity.queries.who_i_am import who_i_am
from identity.usecases.change_password import change_password
from identity.usecases.change_phone import change_phone
from identity.usecases.change_preferences import change_preferences
from shared.auth import AFFILIATE, ANYONE
from shared.client_address import client_address
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.profile import Profile
from shared.service import DATABASE, PROFILE

routes = Routes("cuentas")


@routes.get("/v1/me", answer=Me, roles=ANYONE, temporary=True)
async def read_me(call: Call) -> Answer:
    """The caller's own account."""
    return _me(await who_i_am(call.app[DATABASE], call.caller.account_id))


@routes.patch("/v1/me", answer=Me, roles=ANYONE)
async def change_me(call: Call, *, body: PhoneChange) -> Answer:
    """Changes the telephone number."""
    phone = phone_number(call.app[PROFILE], body.phone)
    return _me(await change_phone(call.app[DATABASE], call.caller.account_id, phone))


@routes.put(
    "/v1/me/password",
    status=204,
    roles=ANYONE,
    temporary=True,
    problems=("invalid-credentials", "weak-password"),
)
async def replace_my_password(call: Call, *, body: PasswordChange) -> Answer:
    """Takes the owner's own password; all other sessions end (R-10)."""
    await change_password(
        call.app[DATABASE],
        call.app[KEYRING],
        call.app[PASSWORDS],
        call.caller,
        current=body.current_password,
        new=body.new_password,
        address=client_address(call.request),
        limits=call.app[LIMITS],
        institute_words=_institute_words(call.app[PROFILE]),
        common=common_passwords(),
        now=call.now,
    )
    return None


@routes.get("/v1/me/preferences", answer=Preferences, roles=AFFILIATE)
async def read_my_preferences(call: Call) -> Answer:
    """What the account wishes to be mailed."""
    account = await who_i_am(call.app[DATABASE], call.caller.account_id)
    return Preferences(reminders=account.reminders)


@routes.put("/v1/me/preferences", answer=Preferences, roles=AFFILIATE)
async def replace_my_preferences(call: Call, *, body: PreferencesChange) -> Answer:
    """Turns reminders on or off."""
    await change_preferences(
        call.app[DATABASE], call.caller.account_id, reminders=body.reminders, now=call.now
    )
    return Preferences(reminders=body.reminders)


@routes.get("/v1/members", answer=Members, roles=AFFILIATE)
async def list_members(call: Call) -> Answer:
    """The holder, then the covered relatives (R-20)."""
    profile = call.app[PROFILE]
    today = local_day(call.now, profile.zone_info)
    found = await family_members(call.app[DATABASE], call.caller.family, today)
    return Members(items=[_member(profile, member) for member in found])


def _institute_words(profile: Profile) -> tuple[str, ...]:
    """Names that a guesser of this institute's passwords begins with (R-10)."""
    return (profile.code, profile.short_name, profile.name, profile.system_name, "SISA", "afiliado")


def _me(account: Account) -> Me:
    return Me(
        account_id=account.account_id,
        username=account.username,
        email=account.email,
        phone=account.phone,
        role=account.role,
        unit=account.unit,
        name=account.name,
        password_state=account.password_state,
        email_state=account.email_state,
    )


def _member(profile: Profile, member: FamilyMember) -> Member:
    unit = profile.unit(member.home_unit)
    return Member(
        id=member.member_id,
        name=member.name,
        relation=member.relation,
        holder=member.holder,
        affiliation_number_masked=member.affiliation_number_masked,
        # A unit that closed since the last load has no name any more.
        home_unit=Coded(code=member.home_unit, name=unit.name if unit else member.home_unit),
        covered=member.covered,
        birth_on=member.birth_on,
    )
