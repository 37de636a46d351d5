"""Faults at random while orders flow: `scripts/chaos`. What is promised of them stands in docs/RELIABILITY.md."""
