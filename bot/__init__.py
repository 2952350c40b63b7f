"""Tổ Số: the conversation engine, its store and its channels. `docs/architecture.md` is the map."""
