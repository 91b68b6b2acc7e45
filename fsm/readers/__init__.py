"""What the world writes: users and policies as an admin exports them, and files of comma-separated values."""
