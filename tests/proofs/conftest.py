"""What every proof may ask for."""

from collections.abc import Callable

import pytest
from figures import FIGURE


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a line of the report: what was measured, in words and units."""

    def line(text: str) -> None:
        # Properties travel with the test's report, from a worker's process too.
        request.node.user_properties.append((FIGURE, text))

    return line
