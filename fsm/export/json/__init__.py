"""The whole specification as JSON: its shape, written and read back."""
