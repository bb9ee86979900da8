"""From facts to the bytes of a mail: words, letter, text and HTML, calendar file, headers."""
