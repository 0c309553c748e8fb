# %% task="sequential_batches"
def sequential_batches(tokens, batch_size, steps, offset):
    text = list(tokens)[offset:]
    length = (len(text) - 1) // batch_size
    X, Y = [], []
    for k in range(length // steps):
        xs, ys = [], []
        for j in range(batch_size):
            start = j * length + k * steps
            xs.append(text[start : start + steps])
            ys.append(text[start + 1 : start + steps + 1])
        X.append(xs)
        Y.append(ys)
    return X, Y

# %% task="random_batches"
def random_batches(tokens, batch_size, steps, seed):
    rng = np.random.default_rng(seed)
    starts = [int(p) * steps for p in rng.permutation((len(tokens) - 1) // steps)]
    X, Y = [], []
    while len(starts) >= batch_size:
        now, starts = starts[:batch_size], starts[batch_size:]
        X.append([tokens[s : s + steps].tolist() for s in now])
        Y.append([tokens[s + 1 : s + 1 + steps].tolist() for s in now])
    return X, Y

# %% task="cross_entropy"
def cross_entropy(logits, targets):
    n_y, m, T = logits.shape
    loss, dlogits = 0.0, np.zeros((n_y, m, T))
    for j in range(m):
        for t in range(T):
            z = logits[:, j, t] - np.max(logits[:, j, t])
            total = np.sum(np.exp(z))
            loss += np.log(total) - z[targets[j, t]]
            dlogits[:, j, t] = np.exp(z) / total
            dlogits[targets[j, t], j, t] -= 1
    return loss / (m * T), dlogits / (m * T)

# %% task="clip_gradients"
def clip_gradients(gradients, most):
    total = 0
    for g in gradients.values():
        for entry in np.ravel(g):
            total += entry * entry
    norm = total**0.5
    clipped = {}
    for name in gradients:
        clipped[name] = gradients[name] * most / norm if norm > most else gradients[name].copy()
    return clipped, norm

# %% task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    logits, state, cache = model.forward(inputs, state, parameters)
    loss, dlogits = cross_entropy(logits, targets)
    grads, norm = clip_gradients(model.backward(dlogits, cache), most)
    updated = {}
    for name in parameters:
        updated[name] = parameters[name] - rate * grads["d" + name]
    return updated, loss, state

# %% task="sample"
def sample(parameters, prefix, length, temperature, seed, model=leaky):
    rng = np.random.default_rng(seed)
    state = model.start(parameters, 1)
    for token in prefix:
        logits, state, _ = model.forward(np.array([[token]]), state, parameters)
    written = []
    while len(written) < length:
        z = logits[:, 0, -1]
        if temperature == 0:
            token = int(z.argmax())
        else:
            u, total = rng.random(), 0.0
            p = np.exp(z / temperature) / np.exp(z / temperature).sum()
            for token, one in enumerate(p):
                total += one
                if total > u:
                    break
        written.append(token)
        logits, state, _ = model.forward(np.array([[token]]), state, parameters)
    return written
