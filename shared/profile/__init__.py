"""What one institute decides, validated and frozen: the profile every service reads (R-60)."""

from shared.profile.loading import ProfileInvalid, load_profile
from shared.profile.model import ContactKind, Document, HashCost, Profile, Service, Unit
from shared.profile.policies import Policies
from shared.profile.public import PublicInstitute, public_institute

__all__ = [
    "ContactKind",
    "Document",
    "HashCost",
    "Policies",
    "Profile",
    "ProfileInvalid",
    "PublicInstitute",
    "Service",
    "Unit",
    "load_profile",
    "public_institute",
]
