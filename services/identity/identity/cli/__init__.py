"""Identity's commands for operators."""

from pathlib import Path

from identity.cli.activate_demo import activate_demo_command
from identity.cli.activate_demo_staff import activate_demo_staff_command
from identity.cli.create_administrator import create_administrator_command
from identity.cli.load_roll import load_roll_command
from identity.cli.republish import republish_command
from identity.cli.rotate_signing_key import rotate_signing_key_command
from identity.cli.verify_audit import verify_audit_command
from identity.settings import Settings
from shared.command import commands

cli = commands("identity", Settings, Path(__file__).parents[1] / "migrations")
cli.command("load-roll")(load_roll_command)
cli.command("rotate-signing-key")(rotate_signing_key_command)
cli.command("republish")(republish_command)
cli.command("activate-demo")(activate_demo_command)
cli.command("activate-demo-staff")(activate_demo_staff_command)
cli.command("create-administrator")(create_administrator_command)
cli.command("verify-audit")(verify_audit_command)
