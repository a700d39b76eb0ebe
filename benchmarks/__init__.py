"""What `make bench` runs: figures to compare between versions on one machine, never asserted in tests."""
