"""What strangers wrote, read and shown so that it does no harm; knows no secret."""
