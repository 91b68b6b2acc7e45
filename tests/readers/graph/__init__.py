"""What Microsoft Graph tells, read."""
