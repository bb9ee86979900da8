"""Clinical records' commands for operators."""

from pathlib import Path

from clinical_records.cli.load_catalogues import load_diagnoses_command, load_medications_command
from clinical_records.cli.republish import republish_command
from clinical_records.cli.verify import verify_command
from clinical_records.settings import Settings
from shared.audit_command import verify_audit
from shared.command import commands

cli = commands("clinical_records", Settings, Path(__file__).parents[1] / "migrations")
cli.command("load-medications")(load_medications_command)
cli.command("load-diagnoses")(load_diagnoses_command)
cli.command("republish")(republish_command)
cli.command("verify-audit")(verify_audit(Settings, "clinical-records"))
cli.command("verify")(verify_command)
