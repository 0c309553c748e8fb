"""The references against PyTorch: recorded numbers, and live ones where torch is installed."""
