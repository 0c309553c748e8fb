"""What runs inside the confinement beside a student's code; knows no secret."""
