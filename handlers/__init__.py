"""One file per part of branch life: its commands, its jobs, its wording."""
