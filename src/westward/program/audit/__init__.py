"""The append-only chain of every write and every read of a chart."""
