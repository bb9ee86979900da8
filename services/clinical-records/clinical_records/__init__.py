"""Clinical records knows members and families by identity's events alone.

Prescriptions, sick leaves, referrals and the audit of who looked build on this projection.
"""
