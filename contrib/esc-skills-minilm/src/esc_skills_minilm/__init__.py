"""ESC-Skills retriever on MiniLM through onnxruntime."""
