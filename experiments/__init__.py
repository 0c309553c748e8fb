"""The long runs behind chapters 5 and 7, private since they hold working cells.

`python -m experiments` compares RNN, LSTM and GRU on the same tasks with the same budget
(chapter 5); `python -m experiments.language_model` trains them on the beginning of a novel,
beside PyTorch's, and `python -m experiments.novel` trains stacks on all of it, beside counters
(chapter 7). They write small data files to `book/data/`, which the chapters plot. The cells
here are written for speed (float32, all gates in one product, time first) and tested against
the course's references, which are written to be read.
"""
