"""Clinical records knows members by identity's events and appointments by scheduling's.

Prescriptions, sick leaves, referrals and the audit of who looked build on these projections.
"""
