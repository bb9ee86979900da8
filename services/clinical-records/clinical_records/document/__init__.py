"""The paper of a sick leave: composed, sealed, and judged when somebody brings it back."""
