"""`verify-audit`: whether identity's audit is what was written, row by row."""

from identity.settings import Settings
from shared.audit_command import verify_audit

verify_audit_command = verify_audit(Settings, "identity")
