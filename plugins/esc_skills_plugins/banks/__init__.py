"""Banks that come with the package, found by name through entry points ``bank.NAME``."""
