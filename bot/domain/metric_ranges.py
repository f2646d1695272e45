"""The ranges of the field's standard metrics, by title: what is outside is a mistake, or has another unit."""

from typing import Final

_SHARES: Final = frozenset(
    {
        "AUC", "Accuracy", "Balanced accuracy", "F1", "F0.5", "F2", "Precision", "Recall",
        "True positive rate", "True negative rate", "False positive rate", "False negative rate",
        "Negative predictive value", "Average precision", "KS", "Jaccard", "Dice", "NDCG", "MAP", "MRR",
        "Hit rate", "NMI", "Expected calibration error", "Hamming loss", "Error rate",
        "KS (largest divergence of outcomes)",
    }
)  # fmt: skip
"""0 to 1."""
_AROUND_ZERO: Final = frozenset(
    {
        "MCC", "Cohen’s kappa", "Gini", "Pearson correlation", "Spearman correlation", "Silhouette",
        "Adjusted Rand index",
        # SageMaker Developer Guide: Pre-training Bias Metrics, for labels that are classes
        "CI (class imbalance)", "DPL (difference in proportions of labels)",
        "CDDL (conditional demographic disparity in labels)",
        # SageMaker Developer Guide: Post-training Data and Model Bias Metrics, for answers that are classes
        "DPPL (difference in positive proportions)",
        "CDDPL (conditional demographic disparity in predictions)",
        "DAR (difference in acceptance rates)", "DRR (difference in rejection rates)",
        "RD (recall difference)", "AD (accuracy difference)", "SD (specificity difference)",
        "FT (counterfactual fliptest)",
    }
)  # fmt: skip
"""-1 to 1."""
_AT_MOST_ONE: Final = frozenset({"R²", "Adjusted R²", "Explained variance"})
_NOT_NEGATIVE: Final = frozenset(
    {
        "Lift", "Calinski–Harabasz", "Davies–Bouldin", "Inertia", "Perplexity",
        "Log loss", "Cross-entropy", "Brier score",
        "MAE", "MSE", "RMSE", "RMSLE", "MSLE", "Median absolute error", "Largest error",
        "MAPE", "WAPE", "sMAPE", "MASE", "Weighted quantile loss", "Quantile loss", "CRPS",
        "Word error rate", "Character error rate", "PSI", "KL divergence", "JS divergence", "Violations",
        "KL (divergence of outcomes)", "JS (divergence of outcomes)", "LP (distance of outcomes)",
        "TVD (total variation distance)", "GE (generalized entropy)", "DI (disparate impact)",
    }
)  # fmt: skip


def range_of(title: str) -> tuple[float | None, float | None]:
    """The least and the most that a metric can be, None where there is no bound or people write it in more
    than one scale (`BLEU`, `Exact match`).
    """
    if title in _SHARES:
        return 0, 1
    if title in _AROUND_ZERO:
        return -1, 1
    if title in _AT_MOST_ONE:
        return None, 1
    return (0, None) if title in _NOT_NEGATIVE else (None, None)
