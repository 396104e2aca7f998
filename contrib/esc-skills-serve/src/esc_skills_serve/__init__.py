"""An OpenAI-compatible endpoint that makes any chat client a skilled supporter."""
