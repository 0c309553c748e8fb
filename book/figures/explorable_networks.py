"""The networks of the explorable figures: the sentence's, set by hand in chapters 3 and 5, and
small ones that read one number a step.

The page's script gets them from here; a reader's sliders scale them and move their biases.
"""

import json

import numpy as np

from . import ch3_lstm_forward_sentence as lamp

# columns: unit 1, unit 2 | input; the turn keeps the length of a state, so that the
# recurrent scale is the spectral radius of the plain network
TURN = [[0.8, -0.6, 1.0], [0.6, 0.8, -0.7]]
LSTM = {
    "Wf": [[0.5, -0.4, 0.3], [0.4, 0.5, -0.2]],
    "Wi": [[-0.4, 0.3, 0.6], [0.5, -0.3, 0.5]],
    "Wc": TURN,
    "Wo": [[0.3, 0.5, 0.4], [-0.5, 0.4, 0.3]],
}
GRU = {
    "Wz": [[0.3, -0.4, 0.2], [0.4, 0.3, -0.2]],
    "Wr": [[-0.4, 0.3, 0.3], [0.3, 0.5, 0.4]],
    "Wh": TURN,
}
# columns: unit 1, unit 2 | singular, plural, preposition, verb, other (chapter 5 says why)
SENTENCE_GRU = {
    "Wz": [[0, 3, -6, -6, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]],
    "Wr": [[0, 0, 0, 0, 0, 0, 0], [0, 0, -6, -6, 0, 0, 0]],
    "Wh": [[0, 0, 2, -2, 0, 0, 0], [0, 4, 0, 0, 8, 0, 0]],
    "bz": [6, -3],
    "br": [3, 3],
    "bh": [0, -2],
}


def plain(gru):
    """The network without gates whose weights are those of a GRU's candidate."""
    return {"Wa": gru["Wh"], "ba": gru["bh"]}


def networks():
    """Words and inputs of the sentence, and the weights of each cell for it and for numbers.

    Returns
    -------
    dict
        Lists and numbers only: `words`, `sentence` (a vector a step), and for each cell the
        networks `sentence` and `numbers`, whose biases have one entry a unit.
    """
    hand_set = {k: w for k, w in lamp.hand_set.items() if k[1] != "y"}
    lstm = {k: w if k[0] == "W" else w[:, 0] for k, w in hand_set.items()}
    small_lstm = LSTM | {f"b{gate}": [0, 0] for gate in "fico"}
    small_gru = GRU | {f"b{gate}": [0, 0] for gate in "zrh"}
    found = {
        "words": lamp.words[:12],
        "sentence": lamp.x[:, 0, :12].T,
        "lstm": {"sentence": lstm, "numbers": small_lstm},
        "gru": {"sentence": SENTENCE_GRU, "numbers": small_gru},
        "plain": {"sentence": plain(SENTENCE_GRU), "numbers": plain(small_gru)},
    }
    return json.loads(json.dumps(found, default=np.ndarray.tolist))
