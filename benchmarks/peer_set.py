"""The same measures by MNE, SciPy, antropy and MNE-Connectivity, as a user (or an expert) would write them."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np

from benchmarks.measured_set import BANDS_HZ, EDGE_HZ, LAG_BANDS_HZ, NOTCH_HZ, NOTCH_Q
from westward.eeg.signal.montage import LONGITUDINAL

PACKAGES = ("mne", "scipy", "antropy", "mne_connectivity")


def missing() -> list[str]:
    """Packages of the peers that are not installed."""
    return [p for p in PACKAGES if importlib.util.find_spec(p) is None]


def prepare() -> None:
    """Import everything and let what compiles at first use compile: not part of the time."""
    import antropy
    import mne
    import mne_connectivity  # noqa: F401
    from scipy import signal

    mne.set_log_level("error")
    x = np.random.default_rng(0).standard_normal(7680)
    antropy.perm_entropy(x[:2560], order=3, normalize=True)
    antropy.detrended_fluctuation(x)
    antropy.hjorth_params(x)
    signal.correlate(x[:256], x[:256])


def run(path: Path, *, minutes: float, expert: bool) -> dict[str, np.ndarray]:
    """The set over the first ``minutes``; experts correlate by NumPy, others by SciPy's default."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _run(path, minutes, expert)


def _run(path: Path, minutes: float, expert: bool) -> dict[str, np.ndarray]:
    import antropy
    import mne
    from mne_connectivity import spectral_connectivity_epochs
    from scipy import signal

    raw = mne.io.read_raw_edf(path, preload=False)
    rate = int(raw.info["sfreq"])
    raw.crop(0, 60 * minutes - 1 / rate).load_data()
    names = {c.removeprefix("EEG ").split("-")[0]: c for c in raw.ch_names if c.startswith("EEG ")}
    pairs = [d.split("-") for d in sorted(LONGITUDINAL)]
    electrodes = sorted({e for pair in pairs for e in pair})
    x = raw.get_data(picks=[names[e] for e in electrodes]) * 1e6
    sos = np.vstack(
        [
            signal.butter(4, EDGE_HZ, "bandpass", fs=rate, output="sos"),
            signal.tf2sos(*signal.iirnotch(NOTCH_HZ, NOTCH_Q, rate)),
        ]
    )
    x = signal.sosfiltfilt(sos, x)
    y = x[[electrodes.index(a) for a, _ in pairs]] - x[[electrodes.index(b) for _, b in pairs]]
    n = len(y)

    def epochs(seconds: int) -> np.ndarray:
        return y[:, : y.shape[1] // (seconds * rate) * seconds * rate].reshape(n, -1, seconds * rate)

    e1, e10, e30 = epochs(1), epochs(10), epochs(30)
    out = {
        "range": np.ptp(e1, -1),
        "RMS": np.sqrt((e1**2).mean(-1)),
        "line length": np.abs(np.diff(e1)).sum(-1),
    }
    mobility, out["complexity"] = antropy.hjorth_params(e1, axis=-1)
    out["mobility"] = mobility * rate
    f, p = signal.welch(e10, rate, nperseg=4 * rate, noverlap=2 * rate)
    out["band power"] = np.stack([p[..., (f >= a) & (f < b)].sum(-1) * f[1] for a, b in BANDS_HZ], -1)
    inside = (f >= EDGE_HZ[0]) & (f <= EDGE_HZ[1])
    running = np.cumsum(p[..., inside], -1)
    out["spectral edge"] = f[inside][(running >= 0.95 * running[..., -1:]).argmax(-1)]
    share = p / p.sum(-1, keepdims=True)
    out["spectral entropy"] = -(share * np.log2(share)).sum(-1) / np.log2(len(f))
    out["permutation entropy"] = np.array(
        [[antropy.perm_entropy(w, order=3, normalize=True) for w in row] for row in e10]
    )
    out["DFA exponent"] = np.array([[antropy.detrended_fluctuation(w) for w in row] for row in e30])
    z = e1 - e1.mean(-1, keepdims=True)
    z /= np.sqrt((z**2).sum(-1, keepdims=True))
    correlate = (lambda a, b: np.correlate(a, b, "full")) if expert else signal.correlate
    out["cross-correlation"] = np.array(
        [[np.abs(correlate(z[i, k], z[j, k])).max() for i in range(n) for j in range(i)] for k in range(z.shape[1])]
    ).T
    lags: list[list[np.ndarray]] = [[], [], []]
    lower = np.tril_indices(n, -1)
    for first in range(0, y.shape[1] - 60 * rate + 1, 60 * rate):
        minute = y[:, first : first + 60 * rate].reshape(n, 30, 2 * rate).transpose(1, 0, 2)
        found = spectral_connectivity_epochs(
            minute, method=["pli", "wpli", "imcoh"], mode="fourier", sfreq=rate, fmin=1, fmax=45, verbose=False
        )
        for values, one in zip(lags, found, strict=True):
            dense = one.get_data("dense")[lower]
            hz = np.array(one.freqs)
            values.append(np.stack([dense[:, (hz >= a) & (hz <= b)].mean(-1) for a, b in LAG_BANDS_HZ.values()], -1))
    for name, values in zip(("PLI", "wPLI", "imaginary coherency"), lags, strict=True):
        out[name] = np.stack(values, 1)
    return out
