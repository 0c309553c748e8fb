import numpy as np

kinds = ["singular", "plural", "preposition", "verb", "other"]
kind_of = {"lamp": "singular", "door": "singular",
           "windows": "plural", "shutters": "plural",
           "near": "preposition", "by": "preposition",
           "flickers": "verb", "rattle": "verb"}
sentence = ("the lamp near the windows flickers "
            "and the shutters by the door rattle")
words = sentence.split()

hand_set = {
    # columns: unit 1, unit 2 | singular, plural, preposition, verb, other
    # unit 1 lets go and writes at a noun, but not inside a phrase
    "Wf": np.array([[0, 30, -16, -16, 0, 0, 0],
                    [0, 0, -16, -16, -16, 0, 0]]),
    "Wi": np.array([[0, -30, 16, 16, 0, 0, 0],
                    [0, 0, 0, 0, 16, 0, 0]]),     # unit 2: at a preposition
    "Wc": np.array([[0, 0, 4, -4, 0, 0, 0],       # singular +1, plural -1
                    [0, 0, 0, 0, 4, 0, 0]]),
    "Wo": np.array([[0, 0, 16, 16, 0, 0, 0],      # show after a noun
                    [0, 0, 0, 0, 0, 0, 0]]),
    "bf": np.array([[8], [8]]),                   # by default keep,
    "bi": np.array([[-8], [-8]]),                 # and do not write;
    "bo": np.array([[-8], [8]]),                  # unit 2 always shows
    "bc": np.zeros((2, 1)),
    "Wy": np.array([[4, 0], [-4, 0]]),
    "by": np.zeros((2, 1)),
}

which = [kinds.index(kind_of.get(word, "other")) for word in words]
x = np.eye(5)[:, which][:, np.newaxis]            # (5, 1, 13), one-hot
