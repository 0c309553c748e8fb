"""The long runs behind chapter 5: RNN, LSTM and GRU compared on the same tasks with the same budget.

`python -m experiments` makes them all and writes small data files to `book/data/`, which the chapter plots. The cells
here are written for speed (float32, all gates in one product, examples as rows) and tested against the course's
references, which are written to be read.
"""
