# %%
import math


def text_to_rows(tokens, rows):
    n = len(tokens) // rows
    return np.array(np.split(tokens[: n * rows], rows))

# %% task="sequential_batches"
def sequential_batches(tokens, batch_size, steps, offset):
    xs = text_to_rows(tokens[offset:-1], batch_size)
    ys = text_to_rows(tokens[offset + 1 :], batch_size)
    full = xs.shape[1] - xs.shape[1] % steps
    X = np.stack(np.split(xs[:, :full], full // steps, axis=1))
    Y = np.stack(np.split(ys[:, :full], full // steps, axis=1))
    return X, Y

# %% task="random_batches"
def random_batches(tokens, batch_size, steps, seed):
    n = (len(tokens) - 1) // steps
    order = np.arange(n)
    order = np.random.default_rng(seed).permutation(order)
    X = np.zeros((n // batch_size, batch_size, steps), dtype=np.int32)
    Y = np.zeros_like(X)
    for i, p in enumerate(order[: n // batch_size * batch_size]):
        k, j = divmod(i, batch_size)
        X[k, j, :] = tokens[p * steps : (p + 1) * steps]
        Y[k, j, :] = tokens[p * steps + 1 : (p + 1) * steps + 1]
    return X, Y

# %% task="cross_entropy"
def cross_entropy(logits, targets):
    n_y = logits.shape[0]
    z = logits.reshape(n_y, -1)
    y = targets.reshape(-1)
    z = z - np.max(z, axis=0)
    log_p = z - np.log(np.sum(np.exp(z), axis=0))
    count = y.size
    loss = -np.sum(log_p[y, np.arange(count)]) / count
    onehot = np.zeros((n_y, count))
    onehot[y, np.arange(count)] = 1.0
    print("loss", loss)
    return loss, ((np.exp(log_p) - onehot) / count).reshape(logits.shape)

# %% task="clip_gradients"
def clip_gradients(gradients, most):
    flat = np.concatenate([np.asarray(g, dtype=float).ravel() for g in gradients.values()])
    norm = math.sqrt(flat @ flat)
    if norm <= most:
        return dict(gradients), norm
    flat, done, at = flat * (most / norm), {}, 0
    for name, g in gradients.items():
        done[name] = flat[at : at + g.size].reshape(g.shape)
        at += g.size
    return done, norm

# %% task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    logits, new_state, cache = model.forward(inputs, state, parameters)
    loss, dlogits = cross_entropy(logits, targets)
    gradients, _ = clip_gradients(model.backward(dlogits, cache), most)
    down = {"d" + name: -rate * gradients["d" + name] for name in parameters}
    return {name: parameters[name] + down["d" + name] for name in parameters}, loss, new_state

# %% task="sample"
def sample(parameters, prefix, length, temperature, seed, model=leaky):
    def guess(logits):
        z = logits[:, 0, -1]
        if temperature < 1e-12:
            return int(np.argmax(z))
        p = np.exp((z - z.max()) / temperature)
        ruler = np.cumsum(p) / np.sum(p)
        return int(np.sum(ruler <= next(numbers)))

    numbers = iter(np.random.default_rng(seed).random(length))  # all at once: the same numbers
    logits, state, _ = model.forward(np.array([prefix]), model.start(parameters, 1), parameters)
    drawn = [guess(logits)]
    for _ in range(length - 1):
        logits, state, _ = model.forward(np.array([[drawn[-1]]]), state, parameters)
        drawn.append(guess(logits))
    return tuple(drawn)
