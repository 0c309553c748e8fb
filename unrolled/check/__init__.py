"""What is said of a function: comparing, naming a mistake, showing it; numpy and the standard library only."""
