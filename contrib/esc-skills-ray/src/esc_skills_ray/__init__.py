"""An executor on Ray: conversations and shards of studies over worker processes."""
