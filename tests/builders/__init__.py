"""What tests are built from: worlds that are valid by default, and readers of a running system."""
