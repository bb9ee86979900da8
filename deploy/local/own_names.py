"""Refuses installed packages that bring a top-level name of ours: one would hide the other."""

import importlib.metadata
import sys

OURS = frozenset(
    {
        *("shared", "identity", "scheduling", "clinical_records", "notifications", "gateway"),
        *("portal", "deploy", "tests", "builders", "fakes"),
    }
)


def collisions() -> dict[str, list[str]]:
    """Return each of our names that installed packages bring too, with the packages' names."""
    brought = importlib.metadata.packages_distributions()
    return {name: brought[name] for name in sorted(OURS & brought.keys())}


def main() -> int:
    """Print the collisions; the exit status says whether there are any."""
    for name, packages in collisions().items():
        sys.stderr.write(f"{name}: brought by {', '.join(packages)} too\n")
    return 1 if collisions() else 0


if __name__ == "__main__":
    sys.exit(main())
