"""All that can happen, worked out exactly."""
