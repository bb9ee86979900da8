"""The fixtures that every test may ask for; each kind stands in a module of its own beside this."""

pytest_plugins = ["servers", "databases", "vhosts"]
