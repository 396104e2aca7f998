"""Between ESC-Skills and inspect_ai: conversations as logs, banks inside tasks."""
