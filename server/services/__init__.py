"""Use cases: plain functions, the transaction first, `now` last, one noun a module."""
