# %% [markdown]
# # Exercise 7: a model that writes
#
# You write everything between a text and a network that has learned it: the batches, the loss with its gradient,
# clipping, one step of training, and sampling. Chapter 7 of the book explains each part.
#
# | function or question | what it does | points | made up of |
# |---|---|---|---|
# | `sequential_batches` | batches that go on | {{points:sequential_batches}} | {{kinds:sequential_batches}} |
# | `random_batches` | batches from anywhere | {{points:random_batches}} | {{kinds:random_batches}} |
# | `cross_entropy` | the loss and its gradient | {{points:cross_entropy}} | {{kinds:cross_entropy}} |
# | `clip_gradients` | bounds all gradients together | {{points:clip_gradients}} | {{kinds:clip_gradients}} |
# | `training_step` | one step of gradient descent | {{points:training_step}} | {{kinds:training_step}} |
# | `sample` | reads a prefix and writes on | {{points:sample}} | {{kinds:sample}} |
# | a question | in your own words | 5 | one answer, read by a person |
#
# *Shapes* are for structure and shapes, *values* for each output's numbers, *robustness* for the same on other sizes
# (one example, one step), long sequences, single precision and very large inputs.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a function as often as you like. You need nothing from the exercises
# before this one; at the end your own layer of exercise 6 is put to work, if it is there.

# %% role="given" id="imports"
import numpy as np


def softmax(z):
    """Softmax of each column of z (over axis 0), without overflow for any z."""
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex7_language_model")

# %% [markdown]
# ## Letters as numbers
#
# A **token** is the number of a character. Our vocabulary has 28 of them: 26 letters, the space, and one token for
# everything else.

# %% role="given" id="letters"
VOCABULARY = "?abcdefghijklmnopqrstuvwxyz "  # a token is an index into it; ? stands for what is none of the others


def encode(text):
    """Tokens of a text, an array of integers."""
    return np.array([max(VOCABULARY.find(letter), 0) for letter in text.lower()])


def decode(tokens):
    """The text of tokens."""
    return "".join(VOCABULARY[token] for token in tokens)

# %% [markdown]
# ## Batches that follow one another
#
# The model is to say at each place which token comes next. So the target of a token is its successor: `Y` is `X`, read
# one place further on.
#
# Cut the text like this:
#
# 1. Leave out the first `offset` tokens.
# 2. Divide the rest into `batch_size` **streams** of equal length, the longest possible. Stream `j` is row `j` of every
#    batch. Every token needs a successor, so the last token of the text can be a target only: of `n` tokens after the
#    offset, `n - 1` can be inputs.
# 3. Cut the streams into pieces of `steps` tokens. Batch `k` holds piece `k` of every stream.
#
# What is left over at the end of the text, and at the end of each stream, is dropped. Batch `k + 1` then begins, in
# every row, where batch `k` has ended. That is what allows a state to be carried from batch to batch.

# %% role="solve" task="sequential_batches"
def sequential_batches(tokens, batch_size, steps, offset):
    """Cut a text into batches that go on, row by row, where the one before has ended.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_text,)
        The text.
    batch_size : int
        Streams that are read side by side, the rows of a batch.
    steps : int
        Tokens of each stream in a batch.
    offset : int
        Tokens left out at the beginning, 0 to steps - 1.

    Returns
    -------
    X, Y : ndarray of int, shape (batches, batch_size, steps)
        Inputs, and for each the token after it.
    """
    ### START CODE HERE ### (≈6 lines)
    #: # how long is a stream, and how many pieces does it have?
    #: X = None
    #: Y = None
    n = (len(tokens) - offset - 1) // batch_size
    pieces = n // steps
    inputs = tokens[offset : offset + batch_size * n].reshape(batch_size, n)
    targets = tokens[offset + 1 : offset + 1 + batch_size * n].reshape(batch_size, n)
    X = inputs[:, : pieces * steps].reshape(batch_size, pieces, steps).swapaxes(0, 1)
    Y = targets[:, : pieces * steps].reshape(batch_size, pieces, steps).swapaxes(0, 1)
    ### END CODE HERE ###

    return X, Y

# %% role="try" id="try_sequential_batches"
tokens, batch_size, steps, offset = check.example("sequential_batches")
X, Y = sequential_batches(tokens, batch_size, steps, offset)
print("tokens:", tokens)
print("offset:", offset)
print("X =", X)
print("Y =", Y)

# %% [markdown]
# With the example's text (`batch_size` = {{size:m}}, `steps` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `X.shape` | `{{sequential_batches:X.shape}}` |
# | `X[0, 0]` | `{{sequential_batches:X[0, 0]}}` |
# | `X[1, 0]` | `{{sequential_batches:X[1, 0]}}` |
# | `X[0, 1]` | `{{sequential_batches:X[0, 1]}}` |
# | `Y[0, 0]` | `{{sequential_batches:Y[0, 0]}}` |

# %% role="check" task="sequential_batches" points=5
check(sequential_batches)

# %% [markdown]
# ## Batches from anywhere
#
# The other way is to cut the text into pieces of `steps` tokens, one behind the other from its first token on, and to
# shuffle these. Piece `p` begins at token `p * steps`. Again every token needs a successor, so count the pieces without
# the text's last token.
#
# Randomness enters by a seed. So that every right answer gives the same batches, the draw is fixed: with `n` whole
# pieces, `np.random.default_rng(seed).permutation(n)` is the order in which they are taken, drawn once. The first
# `batch_size` pieces of this order are batch 0, the next ones are batch 1, and so on. What does not fill a batch is
# dropped.

# %% role="solve" task="random_batches"
def random_batches(tokens, batch_size, steps, seed):
    """Cut a text into pieces and take them in random order.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_text,)
        The text.
    batch_size : int
        Pieces in a batch.
    steps : int
        Tokens of a piece.
    seed : int
        Of the generator (numpy's default_rng) whose permutation is the order of the pieces.

    Returns
    -------
    X, Y : ndarray of int, shape (batches, batch_size, steps)
        Inputs, and for each the token after it.
    """
    ### START CODE HERE ### (≈6 lines)
    #: # the order of the pieces first, then their places in the text
    #: X = None
    #: Y = None
    n = (len(tokens) - 1) // steps
    order = np.random.default_rng(seed).permutation(n)
    kept = order[: n // batch_size * batch_size].reshape(-1, batch_size)
    places = kept[:, :, np.newaxis] * steps + np.arange(steps)  # (batches, batch_size, steps)
    X = tokens[places]
    Y = tokens[places + 1]
    ### END CODE HERE ###

    return X, Y

# %% role="try" id="try_random_batches"
tokens, batch_size, steps, seed = check.example("random_batches")
X, Y = random_batches(tokens, batch_size, steps, seed)
print("tokens:", tokens)
print("X =", X)
print("Y =", Y)

# %% [markdown]
# You should see:
#
# | expression | expected |
# |---|---|
# | `X.shape` | `{{random_batches:X.shape}}` |
# | `X[0, 0]` | `{{random_batches:X[0, 0]}}` |
# | `Y[0, 0]` | `{{random_batches:Y[0, 0]}}` |
# | `X[1, 1]` | `{{random_batches:X[1, 1]}}` |

# %% role="check" task="random_batches" points=5
check(random_batches)

# %% [markdown]
# ## The loss
#
# The network gives a number for each token of the vocabulary, the **logits**, at every step of every example. Softmax
# makes probabilities $p$ of them. The loss is the mean, over all steps and examples, of $-\ln p$ of the token that
# really came:
#
# $$L = -\frac{1}{m\,T} \sum_{j,t} \ln p^{\langle t\rangle}_{y,\,j}$$
#
# $$\frac{\partial L}{\partial z} = \frac{p - \text{one-hot}(y)}{m\,T}$$
#
# Compute the logarithm from the logits, $\ln p_k = z_k - \ln \sum_i e^{z_i}$, with the largest logit subtracted first.
# Then nothing overflows, and no probability becomes zero before its logarithm is taken. The check tries logits in the
# hundreds.

# %% role="solve" task="cross_entropy"
def cross_entropy(logits, targets):
    """Compute the mean cross-entropy of a batch and its gradient, for logits of any size.

    Parameters
    ----------
    logits : ndarray of shape (n_y, m, T)
        One number for each token of the vocabulary, before softmax.
    targets : ndarray of int, shape (m, T)
        The tokens that came.

    Returns
    -------
    loss : float
        Mean of -log(probability of the target) over all examples and steps, natural logarithm.
    dlogits : ndarray of shape (n_y, m, T)
        Gradient of the loss with respect to the logits.
    """
    ### START CODE HERE ### (≈5 lines)
    #: # log-probabilities first; targets[np.newaxis] has the shape (1, m, T)
    #: loss = None
    #: dlogits = None
    shifted = logits - logits.max(axis=0, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    one_hot = np.arange(len(logits))[:, np.newaxis, np.newaxis] == targets  # (n_y, m, T)
    loss = -log_p[one_hot].mean()
    dlogits = (np.exp(log_p) - one_hot) / targets.size
    ### END CODE HERE ###

    return loss, dlogits

# %% role="try" id="try_cross_entropy"
logits, targets = check.example("cross_entropy")
loss, dlogits = cross_entropy(logits, targets)
print("loss =", loss)
print("dlogits at the first step =", None if dlogits is None else dlogits[:, :, 0])

# %% [markdown]
# With the example's numbers (`n_y` = {{size:n_y}}, `m` = {{size:m}}, `T` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `loss` | `{{cross_entropy:loss}}` |
# | `dlogits.shape` | `{{cross_entropy:dlogits.shape}}` |
# | `dlogits[0, :, 0]` | `{{cross_entropy:dlogits[0, :, 0]}}` |
# | `dlogits[3, 1]` | `{{cross_entropy:dlogits[3, 1]}}` |

# %% role="check" task="cross_entropy" points=10
check(cross_entropy)

# %% [markdown]
# ## Clipping
#
# Chapter 2 showed how a gradient explodes. The cure is to shorten the step. Take the length of *all* gradients
# together, as if they were one long vector:
#
# $$\lVert g \rVert = \sqrt{\textstyle\sum_i g_i^2}\quad\text{over all entries of all arrays}$$
#
# If it is larger than `most`, multiply every array by the same factor, so that the length becomes `most`. If it is not,
# change nothing. Return new arrays in a dictionary of the same keys, and the norm as it was before.

# %% role="solve" task="clip_gradients"
def clip_gradients(gradients, most):
    """Scale all gradients together so that their joint norm is at most `most`.

    Parameters
    ----------
    gradients : dict
        Arrays of any shapes, by name; left unchanged.
    most : float
        The largest norm allowed.

    Returns
    -------
    clipped : dict
        New arrays under the same names.
    norm : float
        The joint norm before clipping.
    """
    ### START CODE HERE ### (≈3 lines)
    #: clipped = None
    #: norm = None
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    factor = most / norm if norm > most else 1.0
    clipped = {name: factor * gradient for name, gradient in gradients.items()}
    ### END CODE HERE ###

    return clipped, norm

# %% role="try" id="try_clip_gradients"
gradients, most = check.example("clip_gradients")
clipped, norm = clip_gradients(gradients, most)
print("most =", most)
print("norm =", norm)
print("dby =", gradients["dby"].ravel())
print("clipped:", None if clipped is None else clipped["dby"].ravel())

# %% [markdown]
# You should see:
#
# | expression | expected |
# |---|---|
# | `norm` | `{{clip_gradients:norm}}` |
# | `clipped["dby"][2]` | `{{clip_gradients:clipped["dby"][2]}}` |
# | `clipped["dWx"][1]` | `{{clip_gradients:clipped["dWx"][1]}}` |

# %% role="check" task="clip_gradients" points=5
check(clip_gradients)

# %% [markdown]
# ## A small model to train
#
# So that you need no LSTM yet, here is a model made of leaky integrators (chapter 1). Each unit listens to the tokens
# and leaks at a pace of its own: the first forgets at once, the last keeps nine tenths a step. A layer with tanh reads
# what they hold. It has what every model of this exercise has:
#
# - `start(parameters, m)`: the state before anything is read,
# - `forward(tokens, state, parameters)`: logits, the state after the last step, and a cache,
# - `backward(dlogits, cache)`: the gradients, each named `d` and its parameter's name. No gradient goes back into the
#   state that the batch started from.

# %% role="given" id="leaky"
class Leaky:
    """A character model of leaky integrators, with one layer of tanh units that reads them."""

    names = ("Wx", "Wh", "bh", "Wy", "by")

    def initial(self, n_y, n_a, seed):
        """Draw parameters: Wx (n_a, n_y), Wh (n_a, n_a), bh (n_a, 1), Wy (n_y, n_a), by (n_y, 1)."""
        rng = np.random.default_rng(seed)
        shapes = ((n_a, n_y), (n_a, n_a), (n_a, 1), (n_y, n_a), (n_y, 1))
        return {name: 0.5 * rng.standard_normal(shape) for name, shape in zip(self.names, shapes, strict=True)}

    def start(self, parameters, m):
        """The state before anything is read, (n_a, m)."""
        return np.zeros((len(parameters["Wh"]), m))

    def forward(self, tokens, state, parameters):
        """Read tokens (m, T): logits (n_y, m, T), the state after the last step, and a cache."""
        Wx, Wh, bh, Wy, by = (parameters[name] for name in self.names)
        decay = np.linspace(0, 0.9, len(Wh))[:, np.newaxis]  # of each unit
        s = np.empty((len(Wh), *tokens.shape))
        for t, heard in enumerate(np.moveaxis(Wx[:, tokens], -1, 0)):  # what each token adds, (n_a, m)
            state = decay * state + (1 - decay) * heard
            s[:, :, t] = state
        h = np.tanh(np.tensordot(Wh, s, 1) + bh[:, :, np.newaxis])
        return np.tensordot(Wy, h, 1) + by[:, :, np.newaxis], state, (tokens, decay, s, h, parameters)

    def backward(self, dlogits, cache):
        """Gradients of all parameters from that of the logits."""
        tokens, decay, s, h, parameters = cache
        into_tanh = np.tensordot(parameters["Wy"].T, dlogits, 1) * (1 - h**2)
        ds = np.tensordot(parameters["Wh"].T, into_tanh, 1)
        for t in range(tokens.shape[1] - 1)[::-1]:
            ds[:, :, t] += decay * ds[:, :, t + 1]
        one_hot = np.eye(len(dlogits))[tokens]  # (m, T, n_y)
        return {
            "dWx": np.einsum("amt,mty->ay", (1 - decay)[:, np.newaxis] * ds, one_hot),
            "dWh": np.einsum("amt,bmt->ab", into_tanh, s),
            "dbh": into_tanh.sum(axis=(1, 2))[:, np.newaxis],
            "dWy": np.einsum("ymt,amt->ya", dlogits, h),
            "dby": dlogits.sum(axis=(1, 2))[:, np.newaxis],
        }


leaky = Leaky()

# %% [markdown]
# ## One step of training
#
# Put together what you have:
#
# 1. The model reads the inputs, from the state that it is handed.
# 2. Loss and gradient of the logits.
# 3. The model's gradients, clipped.
# 4. Every parameter goes a step *down* its clipped gradient: $\theta \leftarrow \theta - \text{rate} \cdot d\theta$.
#
# Return new arrays: the caller may still need the old ones. The loss is the one before the step. The state to return
# is the one after the last input token, for the next batch to start from.

# %% role="solve" task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    """Make one step of gradient descent on one batch.

    Parameters
    ----------
    parameters : dict
        The model's arrays by name; left unchanged.
    state : ndarray of shape (n_a, m)
        What the model remembers of the text before this batch.
    inputs, targets : ndarray of int, shape (m, T)
        Tokens, and for each the token after it.
    rate : float
        Learning rate.
    most : float
        The largest joint norm of the gradients.
    model : object
        With `forward` and `backward`, as `leaky`.

    Returns
    -------
    new_parameters : dict
        The parameters after the step.
    loss : float
        The loss before the step.
    new_state : ndarray of shape (n_a, m)
        What the model remembers after this batch.
    """
    ### START CODE HERE ### (≈5 lines)
    #: new_parameters = None
    #: loss = None
    #: new_state = None
    logits, new_state, cache = model.forward(inputs, state, parameters)
    loss, dlogits = cross_entropy(logits, targets)
    gradients = model.backward(dlogits, cache)
    clipped, _ = clip_gradients(gradients, most)
    new_parameters = {name: value - rate * clipped["d" + name] for name, value in parameters.items()}
    ### END CODE HERE ###

    return new_parameters, loss, new_state

# %% role="try" id="try_training_step"
parameters, state, inputs, targets, rate, most = check.example("training_step")
new_parameters, loss, new_state = training_step(parameters, state, inputs, targets, rate, most)
print("loss =", loss)
print("new_state =", new_state)
print("by, before:", parameters["by"].ravel())
print("by, after: ", None if new_parameters is None else new_parameters["by"].ravel())

# %% [markdown]
# With the example's numbers (`n_a` = {{size:n_a}}) you should see:
#
# | expression | expected |
# |---|---|
# | `loss` | `{{training_step:loss}}` |
# | `new_state[1]` | `{{training_step:new_state[1]}}` |
# | `new_parameters["by"][1]` | `{{training_step:new_parameters["by"][1]}}` |
# | `new_parameters["Wx"][2, :3]` | `{{training_step:new_parameters["Wx"][2, :3]}}` |

# %% role="check" task="training_step" points=10
check(training_step)

# %% [markdown]
# ## Sampling
#
# A trained model writes by guessing what comes next, reading its own guess, and guessing again. Before the first guess
# it reads a **prefix**, from its start state: only then does it know what to go on with.
#
# The **temperature** divides the logits before softmax. Below 1 the probable becomes more probable, above 1 everything
# becomes more alike. A temperature of 0 stands for the limit: always the most probable token, without a draw.
#
# So that every right answer writes the same text, the draw is fixed. The generator `rng` is made from the seed, once,
# before the first guess. For each guess take one number `u = rng.random()` and add up the probabilities in the order of
# the tokens: the guess is the first token at which the sum is larger than `u`. (`rng.choice(n_y, p=p)` does the same.)
#
# Use the model's `start` and `forward`. It takes tokens of shape `(m, T)`; here `m` is 1. Return the drawn tokens,
# without the prefix.

# %% role="solve" task="sample"
def sample(parameters, prefix, length, temperature, seed, model=leaky):
    """Read a prefix, then write on.

    Parameters
    ----------
    parameters : dict
        The model's arrays by name.
    prefix : ndarray of int, shape (n_p,)
        Tokens to read first, at least one.
    length : int
        How many tokens to write, at least one.
    temperature : float
        Divides the logits; 0 takes the most probable token each time.
    seed : int
        Of the generator (numpy's default_rng) that gives one `random()` for each token.
    model : object
        With `start` and `forward`, as `leaky`.

    Returns
    -------
    drawn : ndarray of int, shape (length,)
        The tokens written.
    """
    rng = np.random.default_rng(seed)  # made once: each `rng.random()` gives the next number

    ### START CODE HERE ### (≈11 lines)
    #: # read the prefix; then guess, keep the guess, and let the model read it
    #: drawn = None
    state = model.start(parameters, 1)
    logits, state, _ = model.forward(prefix[np.newaxis], state, parameters)
    drawn = np.zeros(length, dtype=int)
    for k in range(length):
        last = logits[:, 0, -1]
        if temperature == 0:
            drawn[k] = np.argmax(last)
        else:
            p = softmax(last / temperature)
            drawn[k] = np.searchsorted(np.cumsum(p), rng.random(), side="right")
        logits, state, _ = model.forward(drawn[np.newaxis, k : k + 1], state, parameters)
    ### END CODE HERE ###

    return drawn

# %% role="try" id="try_sample"
parameters, prefix, length, temperature, seed = check.example("sample")
print("prefix:", prefix, " temperature:", temperature)
print("drawn: ", sample(parameters, prefix, length, temperature, seed))
print("at 0:  ", sample(parameters, prefix, length, 0, seed))

# %% [markdown]
# You should see:
#
# | expression | expected |
# |---|---|
# | `drawn` | `{{sample:drawn}}` |

# %% role="check" task="sample" points=10
check(sample)

# %% [markdown]
# ## Train it
#
# The beginning of *The Time Machine* by H. G. Wells, and all your functions at work. **Perplexity** is the exponential
# of the loss: among how many equally likely letters the model is still in doubt. The first line printed is the
# perplexity of knowing nothing but how frequent each letter is. A second later yours should be far below it.

# %% role="try" id="try_training"
TEXT = """\
the time traveller for so it will be convenient to speak of him was expounding a recondite matter to us his grey eyes
shone and twinkled and his usually pale face was flushed and animated the fire burned brightly and the soft radiance
of the incandescent lights in the lilies of silver caught the bubbles that flashed and passed in our glasses our chairs
being his patents embraced and caressed us rather than submitted to be sat upon and there was that luxurious after
dinner atmosphere when thought roams gracefully free of the trammels of precision and he put it to us in this way
marking the points with a lean forefinger as we sat and lazily admired his earnestness over this new paradox as we
thought it and his fecundity""".replace("\n", " ")


def train_leaky(text, epochs=150, batch_size=4, steps=16, n_a=48, rate=1.0, most=1.0):
    """Train `leaky` on a text; print perplexities, return the parameters."""
    tokens = encode(text)
    share = np.bincount(tokens) / len(tokens)
    print(f"by frequency alone: perplexity {np.exp(-np.log(share[tokens]).mean()):.1f}")
    parameters = leaky.initial(len(VOCABULARY), n_a, seed=1)
    for epoch in range(1, epochs + 1):
        state, losses = leaky.start(parameters, batch_size), []
        for X, Y in zip(*sequential_batches(tokens, batch_size, steps, epoch % steps), strict=True):
            parameters, loss, state = training_step(parameters, state, X, Y, rate, most)
            losses.append(loss)
        if epoch in (1, 5, 20, 50, 100) or epoch == epochs:
            print(f"epoch {epoch:3}: perplexity {np.exp(np.mean(losses)):.1f}")
    return parameters


if sequential_batches(np.arange(9), 2, 2, 0)[0] is None or sample(*check.example("sample")) is None:
    print("Write the functions above first.")
else:
    parameters = train_leaky(TEXT)
    for temperature in (0, 0.5, 1.0):
        drawn = sample(parameters, encode("the time "), 60, temperature, seed=1)
        print(f"temperature {temperature}: the time {decode(drawn)}")

# %% [markdown]
# ## Now your own layers
#
# If your notebook of exercise 6 lies beside this one, in its folder, the next cell fetches your `LSTMLayer` from it,
# puts two of them on top of each other, and trains them, for ten seconds or so. `OwnStack` makes a model of them, with
# `start`, `forward` and `backward` as above:
#
# - One-hot columns go in, so the first layer's `Wx` has one column for each token: an **embedding**.
# - The state is carried: each layer goes on from where it has ended in the batch before.
# - Before anything is read, each layer starts from a vector that is *learned*, `a0`, `a1` for the hidden states and
#   `c0`, `c1` for the cell states. Your `dstate` is its gradient, summed over the examples. Later in the text the start
#   is no parameter but what the batch before has left, and no gradient goes there.

# %% role="try" id="try_own_stack"
class OwnStack:
    """A character model of a student's own layers, one on top of the other."""

    def __init__(self, make_layer, depth=2):
        self.make_layer, self.depth = make_layer, depth

    def initial(self, n_y, n_a, seed):
        """Draw parameters; the forget gates start open."""
        rng, made = np.random.default_rng(seed), {}
        for k in range(self.depth):
            n_in = n_a if k else n_y
            made[f"Wx{k}"] = rng.standard_normal((4 * n_a, n_in)) / np.sqrt(n_a)
            made[f"Wh{k}"] = rng.standard_normal((4 * n_a, n_a)) / np.sqrt(n_a)
            made[f"b{k}"] = np.repeat([[1.0], [0.0], [0.0], [0.0]], n_a, axis=0)
            made[f"a{k}"], made[f"c{k}"] = np.zeros((2, n_a, 1))
        return made | {"Wy": rng.standard_normal((n_y, n_a)) / np.sqrt(n_a), "by": np.zeros((n_y, 1))}

    def start(self, parameters, m):
        """Nothing is read yet (True), and the learned states, once for each example."""
        names = [(f"a{k}", f"c{k}") for k in range(self.depth)]
        return True, [tuple(np.repeat(parameters[name], m, axis=1) for name in pair) for pair in names]

    def forward(self, tokens, state, parameters):
        """Read tokens (m, T): logits (n_y, m, T), the state after the last step, and a cache."""
        first, pairs = state
        rising = np.moveaxis(np.eye(len(parameters["by"]))[tokens], -1, 0)  # one-hot, (n_y, m, T)
        built = []
        for k, pair in enumerate(pairs):
            built.append(self.make_layer({name: parameters[f"{name}{k}"] for name in ("Wx", "Wh", "b")}))
            built[k].state = pair
            rising = built[k].forward(rising)
        logits = np.tensordot(parameters["Wy"], rising, 1) + parameters["by"][:, :, np.newaxis]
        return logits, (False, [one.state for one in built]), (first, built, rising, parameters)

    def backward(self, dlogits, cache):
        """Gradients of all parameters."""
        first, built, top, parameters = cache
        found = {"dWy": np.einsum("ymt,amt->ya", dlogits, top), "dby": dlogits.sum(axis=(1, 2))[:, np.newaxis]}
        falling = np.tensordot(parameters["Wy"].T, dlogits, 1)
        for k in reversed(range(self.depth)):
            falling = built[k].backward(falling)
            found |= {f"{name}{k}": gradient for name, gradient in built[k].gradients.items()}
            for name, d in zip("ac", built[k].dstate):
                found[f"d{name}{k}"] = first * d.sum(axis=1, keepdims=True)
        return found


def train_stack(own, text, epochs=120, batch_size=4, steps=16, n_a=32, rate=4.0, most=1.0):
    """Train the stack on a text; print perplexities, return the parameters."""
    tokens = encode(text)
    parameters = own.initial(len(VOCABULARY), n_a, seed=1)
    for epoch in range(1, epochs + 1):
        state, losses = own.start(parameters, batch_size), []
        for X, Y in zip(*sequential_batches(tokens, batch_size, steps, epoch % steps), strict=True):
            parameters, loss, state = training_step(parameters, state, X, Y, rate, most, own)
            losses.append(loss)
        if epoch in (1, 10, 20) or epoch % 40 == 0:
            print(f"epoch {epoch:3}: perplexity {np.exp(np.mean(losses)):.1f}")
    return parameters


from unrolled.sibling import NotThereError, functions

try:
    (LSTMLayer,) = functions("ex6_lstm_layers", "LSTMLayer")
except NotThereError as reason:
    print(reason)
else:
    own = OwnStack(LSTMLayer)
    parameters = train_stack(own, TEXT)
    for temperature in (0, 0.5, 1.0):
        drawn = sample(parameters, encode("the time "), 60, temperature, 1, own)
        print(f"temperature {temperature}: the time {decode(drawn)}")

# %% [markdown]
# **In your own words** (5 points, read by a person): a model is trained on 10,000 letters until its perplexity on them
# is 1.1. What does this number say? What does it not say, and which number would? Which perplexity has a model that
# gives every one of 28 tokens the same probability, and what would a perplexity below 1 mean? Five sentences are
# enough.

# %% [markdown] role="written" id="explain_perplexity" points=5
# The perplexity is the exponential of the mean of -log p: the model gives the letters that really come a probability of
# 1/1.1, about 0.91, in the geometric mean. It is as much in doubt as someone who has to guess among 1.1 equally likely
# letters, so it hardly ever has to guess on this text.
#
# It does not say that the model knows English. The letters are those it was trained on, many times over, and a model
# with far more parameters than letters can know them by heart. What it has learned beyond them shows on text that it
# has not seen: the perplexity of held-out letters, from the same book but after the first 10,000. That number is much
# larger, and it grows again when training goes on for too long.
#
# Giving every token 1/28 has a perplexity of exactly 28, whatever the text. A perplexity below 1 would need
# probabilities above 1: it is a bug, such as a loss with a wrong sign or a target that the model has been shown.

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your functions on other sizes and other numbers.
# `training_step` is first judged with your own `cross_entropy` and `clip_gradients` and, should these be wrong, with
# right ones, so a mistake is paid for once.
#
# The cell below adds up the points that the checks speak for and says what is still to do. An answer in words it
# reads from the saved file, so save first.

# %% role="try" id="sum_up"
check()
