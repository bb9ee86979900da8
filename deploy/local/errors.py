"""What a person is told when something that this machine lacks cannot be provided."""


class CannotProvide(Exception):
    """A server or tool could be had from no source; the text says what to do about it."""


class DiedEarly(Exception):
    """A process ended, or did not answer, before it was ready; the text ends with its last log."""
