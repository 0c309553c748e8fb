# %% task="training_step"
def training_step(parameters, state, inputs, targets, rate, most, model=leaky):
    logits, new_state, cache = model.forward(inputs, state, parameters)
    p = softmax(logits)
    hot = np.moveaxis(np.eye(len(p))[targets], -1, 0)  # (n_y, m, T)
    loss = -(hot * np.log(p)).sum() / targets.size
    gradients = model.backward((p - hot) / targets.size, cache)
    norm = sum((g**2).sum() for g in gradients.values()) ** 0.5
    step = rate * min(1, most / norm)
    return {k: w - step * gradients["d" + k] for k, w in parameters.items()}, loss, new_state

# %% task="sample"
class Writer:
    """Reads tokens and guesses the next one."""

    def __init__(self, parameters, model):
        self.parameters, self.model = parameters, model
        self.state = model.start(parameters, 1)

    def read(self, tokens):
        logits, self.state, _ = self.model.forward(np.reshape(tokens, (1, -1)), self.state, self.parameters)
        self.last = logits[:, 0, logits.shape[2] - 1]

    def guess(self, temperature, rng):
        if not temperature:
            return self.last.argmax()
        p = softmax(self.last / temperature)
        return int(np.digitize(rng.random(), np.cumsum(p)))


def sample(parameters, prefix, length, temperature, seed, model=leaky):
    writer, rng, drawn = Writer(parameters, model), np.random.default_rng(seed), []
    writer.read(prefix)
    for _ in range(length):
        drawn.append(writer.guess(temperature, rng))
        writer.read(drawn[-1])
    return np.array(drawn)
