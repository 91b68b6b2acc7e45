"""The commands, by what they are about; each reads what is asked, asks the library and shows the answer."""
