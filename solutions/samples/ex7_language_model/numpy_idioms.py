# %%
def windows(tokens, starts, steps):
    """Tokens behind each start; starts of any shape."""
    return np.take(tokens, np.add.outer(starts, np.arange(steps)))


def logsumexp(z):
    top = np.amax(z, axis=0)
    return top + np.log(np.exp(z - top).sum(0))

# %% task="sequential_batches"
def sequential_batches(tokens, batch_size, steps, offset):
    length = (tokens.size - offset - 1) // batch_size
    starts = offset + np.add.outer(np.arange(length // steps) * steps, np.arange(batch_size) * length)
    return windows(tokens, starts, steps), windows(tokens, starts + 1, steps)

# %% task="random_batches"
def random_batches(tokens, batch_size, steps, seed):
    n = (tokens.size - 1) // steps
    X = tokens[: n * steps].reshape(n, steps)
    Y = tokens[1 : n * steps + 1].reshape(n, steps)
    order = np.random.default_rng(seed).permutation(n)
    batches = n // batch_size
    X, Y = X[order][: batches * batch_size], Y[order][: batches * batch_size]
    return X.reshape(batches, batch_size, steps), Y.reshape(batches, batch_size, steps)

# %% task="cross_entropy"
def cross_entropy(logits, targets):
    picked = np.take_along_axis(logits, targets[None], axis=0)[0]
    loss = np.mean(logsumexp(logits) - picked)
    d = softmax(logits)
    m, T = targets.shape
    d[targets, np.arange(m)[:, None], np.arange(T)] -= 1
    return float(loss), np.divide(d, m * T)

# %% task="clip_gradients"
def clip_gradients(gradients, most):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients.values()])
    return {k: np.multiply(v, min(1, most / norm)) for k, v in gradients.items()}, float(norm)

# %% task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    out, after, cache = model.forward(inputs, state, parameters)
    loss, dout = cross_entropy(out, targets)
    clipped = clip_gradients(model.backward(dout, cache), most)[0]
    new = {k: np.copy(v) for k, v in parameters.items()}
    for k in new:
        new[k] -= rate * clipped[f"d{k}"]
    return new, loss, after.copy()

# %% task="sample"
def sample(parameters, prefix, length, temperature, seed, model=leaky):
    rng = np.random.default_rng(seed)
    tokens, state = prefix.reshape(1, -1), model.start(parameters, 1)
    drawn = np.empty(length, int)
    for k in range(length):
        logits, state, _ = model.forward(tokens, state, parameters)
        z = logits[:, :, -1].squeeze(1)
        p = softmax(z / temperature) if temperature > 0 else np.eye(len(z))[z.argmax()]
        drawn[k] = rng.choice(len(z), p=p)
        tokens = drawn[None, [k]]
    return drawn
