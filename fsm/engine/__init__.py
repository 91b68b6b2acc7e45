"""What runs a specification."""
