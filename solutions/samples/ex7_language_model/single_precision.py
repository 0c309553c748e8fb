# %% task="cross_entropy"
def cross_entropy(logits, targets):
    f = np.float32
    z = (logits - logits.max(0)).astype(f)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    hot = (np.arange(z.shape[0])[:, None, None] == targets[None]).astype(f)
    loss = -(hot * log_p).sum() / f(targets.size)
    return loss, (np.exp(log_p) - hot) / f(targets.size)

# %% task="clip_gradients"
def clip_gradients(gradients, most):
    small = {name: g.astype(np.float32) for name, g in gradients.items()}
    norm = np.sqrt(sum(np.vdot(g, g) for g in small.values()))
    return {name: g * np.float32(min(1, most / norm)) for name, g in small.items()}, norm

# %% task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    logits, new_state, cache = model.forward(inputs, state, parameters)
    loss, dlogits = cross_entropy(logits, targets)
    clipped, _ = clip_gradients(model.backward(dlogits, cache), most)
    new = {k: (parameters[k] - rate * clipped["d" + k]).astype(np.float32) for k in parameters}
    return new, loss, new_state.astype(np.float32)

# %% task="sample"
def sample(parameters, prefix, length, temperature, seed, model=leaky):
    rng = np.random.default_rng(seed)
    logits, state, _ = model.forward(prefix[None, :], model.start(parameters, 1), parameters)
    out = []
    for _ in range(length):
        z = logits[:, 0, -1].astype(np.float32)
        if temperature == 0:
            out += [z.argmax()]
        else:
            p = np.exp((z - z.max()) / np.float32(temperature))
            p /= p.sum()
            out += [np.argmax(p.cumsum() > rng.random())]
        logits, state, _ = model.forward(np.array([out[-1:]]), state, parameters)
    return np.array(out)
