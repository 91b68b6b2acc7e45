"""What Microsoft Graph tells of calls and chats: call records, notifications of a bot, chat messages."""
