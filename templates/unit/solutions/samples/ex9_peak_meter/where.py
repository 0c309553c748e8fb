# %% task="peak_step"
def peak_step(x, p_prev, d):
    fallen = p_prev * d
    return np.where(x > fallen, x, fallen)
