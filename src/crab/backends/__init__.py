"""Backends: models that answer requests, named by a spec such as ``openai:gpt-5-mini``."""
