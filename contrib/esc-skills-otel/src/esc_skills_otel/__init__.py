"""What a run does, as OpenTelemetry spans: conversations, exchanges, model calls."""
