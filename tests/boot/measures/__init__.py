"""First boots with a clock, for `tests/run bench boot`. Each ends with a line of JSON in the file that the settings name."""
