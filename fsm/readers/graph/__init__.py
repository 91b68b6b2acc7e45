"""What Microsoft Graph tells of conversations: call records, chat messages, notifications to bots."""
