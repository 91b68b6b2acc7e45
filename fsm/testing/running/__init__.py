"""Running a suite against a service, and saying where the service departs."""
