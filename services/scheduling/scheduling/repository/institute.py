"""Units, services and policy numbers of the profile, as rows that the SQL rules read."""

from shared.database import Transaction
from shared.profile import Profile

_POLICY = (
    "horizon_days", "lead_minutes", "max_active", "max_per_day", "max_per_7_days",
    "max_per_30_days", "cancel_min_minutes", "sanction_hours", "sanction_per_week",
    "sanction_days", "web_handover_minutes", "web_handback_minutes",
)  # fmt: skip


async def adopt(tx: Transaction, profile: Profile) -> None:
    """Makes the rows equal to the profile; what it no longer names is kept, not offered."""
    await tx.execute("LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE")
    await tx.executemany(
        """
        INSERT INTO units (code, name, address, phone, hours, zone) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (code) DO UPDATE
        SET name = $2, address = $3, phone = $4, hours = $5, zone = $6
        """,
        [
            (unit.code, unit.name, unit.address, unit.phone, unit.hours, unit.zone)
            for unit in profile.units
        ],
    )
    await tx.execute("UPDATE services SET offered = false")
    await tx.executemany(
        """
        INSERT INTO services (code, name, needs_referral, ordinal, offered)
        VALUES ($1, $2, $3, $4, true)
        ON CONFLICT (code) DO UPDATE
        SET name = $2, needs_referral = $3, ordinal = $4, offered = true
        """,
        [
            (service.code, service.name, service.needs_referral, ordinal)
            for ordinal, service in enumerate(profile.services)
        ],
    )
    await tx.execute("DELETE FROM policies")
    columns = ", ".join(_POLICY)
    places = ", ".join(f"${number}" for number in range(2, len(_POLICY) + 2))
    await tx.executemany(
        f"INSERT INTO policies (effective_from, {columns}) VALUES ($1, {places})",
        [
            (policy.effective_from, *(getattr(policy, name) for name in _POLICY))
            for policy in profile.policies
        ],
    )
