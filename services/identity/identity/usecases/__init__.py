"""Identity's use cases, one a file: each opens its transaction and tells its story."""
