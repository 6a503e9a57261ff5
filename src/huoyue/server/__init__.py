"""The web application: people, rows and events. It calls core and the documents; nothing calls it but the commands."""
