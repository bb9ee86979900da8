"""Scheduling owns doctors, agendas, appointments and sanctions.

It publishes scheduling.agenda.*, .appointment.*, .sanction.*, .doctor.described; it knows members
by identity.member.* and referrals by clinical.referral.* alone.
"""
