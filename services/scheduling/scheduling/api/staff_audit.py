"""Scheduling's audit for auditors over HTTP: its own rows, its own chain (decision 13)."""

from shared.audit_reading import add_audit_reading
from shared.operations import Routes

routes = Routes("personal")
add_audit_reading(routes, "/v1/staff/audit/scheduling")
