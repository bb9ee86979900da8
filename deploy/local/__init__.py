"""`make run`: the whole system on one machine, with servers of its own."""
