"""What the field's standard metrics are called by people, which names they go by, and which way is better."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, assert_never

from bot.domain.metric_ranges import range_of

_NOISE: Final = 1e-9


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    ZERO = "nearest 0"
    ONE = "nearest 1"

    def loss(self, candidate: float, champion: float) -> float:
        """How much worse the candidate's number is than the champion's; negative where it is better.

        Nearest 1 counts plain distances: a ratio of 0.5 is as far from 1 as one of 1.5.
        """
        match self:
            case Better.HIGHER:
                return champion - candidate
            case Better.LOWER:
                return candidate - champion
            case Better.ZERO:
                return abs(candidate) - abs(champion)
            case Better.ONE:
                return abs(candidate - 1) - abs(champion - 1)
            case _:
                assert_never(self)

    def badness(self, value: float) -> float:
        """A number that grows as the value gets worse."""
        return self.loss(value, 0.0)


@dataclass(frozen=True)
class Meaning:
    """What is known of a metric: its title, the better direction (None where nobody knows), its unit, and
    the least and the most that it can be (None where there is no bound, or nobody knows).
    """

    title: str = ""
    better: Better | None = None
    unit: str = ""
    least: float | None = None
    most: float | None = None

    def over(self, other: "Meaning") -> "Meaning":
        """This, and of the other what this one does not say; bounds mean nothing in another unit."""
        least, most = (self.least, self.most) if self.unit else (other.least, other.most)
        return Meaning(
            self.title or other.title, self.better or other.better, self.unit or other.unit, least, most
        )

    def is_beyond(self, value: float) -> bool:
        """Whether no such metric can have the value, but for what reckoning with fractions costs."""
        least = -math.inf if self.least is None else self.least - _NOISE
        most = math.inf if self.most is None else self.most + _NOISE
        return not least <= value <= most


_HIGHER: Final[Mapping[str, str]] = {
    # classification
    "AUC": "auc roc_auc auc_roc roc_auc_score auroc area_under_curve area_under_roc area_under_roc_curve",
    "Accuracy": "accuracy acc accuracy_score categorical_accuracy binary_accuracy",
    "Balanced accuracy": "balanced_accuracy balanced_accuracy_score bal_acc",
    "F1": "f1 f1_score f_score f_measure",
    "F0.5": "f0_5 f0_5_score",
    "F2": "f2 f2_score",
    "Precision": "precision precision_score positive_predictive_value ppv",
    "Recall": "recall recall_score sensitivity",
    "True positive rate": "true_positive_rate tpr",
    "True negative rate": "true_negative_rate tnr specificity",
    "Negative predictive value": "negative_predictive_value npv",
    "Average precision": "average_precision average_precision_score pr_auc auc_pr aucpr auprc",
    "MCC": "mcc matthews_corrcoef matthews_correlation_coefficient matthews_correlation",
    "Cohen’s kappa": "cohen_kappa cohens_kappa cohen_kappa_score kappa quadratic_weighted_kappa",
    "Gini": "gini gini_coefficient normalized_gini",
    "KS": "ks ks_statistic ks_score kolmogorov_smirnov",
    "Lift": "lift lift_score",
    "Jaccard": "jaccard jaccard_score iou mean_iou miou",
    "Dice": "dice dice_score dice_coefficient",
    # regression
    "R²": "r2 r2_score r_squared r_square coefficient_of_determination",
    "Adjusted R²": "adjusted_r2 adj_r2 adjusted_r_squared",
    "Explained variance": "explained_variance explained_variance_score",
    "Pearson correlation": "pearson pearson_r pearsonr pearson_correlation",
    "Spearman correlation": "spearman spearmanr spearman_correlation",
    # ranking
    "NDCG": "ndcg ndcg_score normalized_discounted_cumulative_gain",
    "MAP": "map mean_average_precision",
    "MRR": "mrr mean_reciprocal_rank",
    "Hit rate": "hit_rate hit_ratio",
    # clustering
    "Silhouette": "silhouette silhouette_score silhouette_coefficient",
    "Calinski–Harabasz": "calinski_harabasz calinski_harabasz_score",
    "Adjusted Rand index": "ari adjusted_rand adjusted_rand_index adjusted_rand_score",
    "NMI": "nmi normalized_mutual_info normalized_mutual_information normalized_mutual_info_score",
    # language
    "BLEU": "bleu bleu_score sacrebleu",
    "ROUGE-1": "rouge1 rouge_1_f1",
    "ROUGE-2": "rouge2 rouge_2_f1",
    "ROUGE-L": "rougel rouge_l_f1",
    "ROUGE-Lsum": "rougelsum",
    "METEOR": "meteor meteor_score",
    "chrF": "chrf",
    "BERTScore": "bertscore bertscore_f1 bert_score",
    "Exact match": "exact_match exact_match_score em",
    "Quasi exact match": "quasi_exact_match quasi_exact_match_score",
    "Quasi exact match F1": "quasi_exact_match_f1 quasi_exact_match_f1_score",
    "F1 over words": "f1_over_words f1_score_over_words",
    "Precision over words": "precision_over_words",
    "Recall over words": "recall_over_words",
}
_LOWER: Final[Mapping[str, str]] = {
    "False positive rate": "false_positive_rate fpr fall_out",
    "False negative rate": "false_negative_rate fnr miss_rate",
    "Log loss": "log_loss binary_log_loss mlogloss",
    "Cross-entropy": "cross_entropy cross_entropy_loss binary_cross_entropy categorical_cross_entropy",
    "Negative log-likelihood": "nll negative_log_likelihood",
    "Brier score": "brier brier_score brier_loss brier_score_loss",
    "Expected calibration error": "ece expected_calibration_error",
    "Hamming loss": "hamming_loss",
    "Error rate": "error_rate classification_error misclassification_rate merror",
    "Error": "error",
    "Loss": "loss",
    "MAE": "mae mean_absolute_error",
    "MSE": "mse mean_squared_error",
    "RMSE": "rmse root_mean_squared_error root_mean_square_error",
    "RMSLE": "rmsle root_mean_squared_log_error",
    "MSLE": "msle mean_squared_log_error",
    "Median absolute error": "median_absolute_error medae",
    "Largest error": "max_error",
    "MAPE": "mape mean_absolute_percentage_error",
    "WAPE": "wape weighted_absolute_percentage_error",
    "sMAPE": "smape symmetric_mean_absolute_percentage_error",
    "MASE": "mase mean_absolute_scaled_error",
    "Weighted quantile loss": "wql weighted_quantile_loss average_weighted_quantile_loss mean_wquantile_loss",
    "Quantile loss": "quantile_loss pinball_loss mean_pinball_loss",
    "CRPS": "crps",
    "Davies–Bouldin": "davies_bouldin davies_bouldin_score",
    "Inertia": "inertia",
    "Perplexity": "perplexity ppl",
    "Toxicity": "toxicity toxicity_score",
    "Severe toxicity": "severe_toxicity",
    "Word error rate": "wer word_error_rate",
    "Character error rate": "cer character_error_rate",
    "PSI": "psi population_stability_index",
    "KL divergence": "kl_divergence",
    "JS divergence": "js_divergence",
    "Violations": "violations violation_count constraint_violations",
    # bias (SageMaker Developer Guide: Pre-training Bias Metrics)
    "KL (divergence of outcomes)": "bias_kl",
    "JS (divergence of outcomes)": "bias_js",
    "LP (distance of outcomes)": "bias_lp",
    "TVD (total variation distance)": "bias_tvd",
    "KS (largest divergence of outcomes)": "bias_ks",
    "GE (generalized entropy)": "bias_ge",
}
_ZERO: Final[Mapping[str, str]] = {
    "Mean error": "mean_error mean_bias_error mbe",
    # SageMaker Developer Guide: Pre-training Bias Metrics
    "CI (class imbalance)": "bias_ci",
    "DPL (difference in proportions of labels)": "bias_dpl",
    "CDDL (conditional demographic disparity in labels)": "bias_cddl",
    # SageMaker Developer Guide: Post-training Data and Model Bias Metrics
    "DPPL (difference in positive proportions)": "bias_dppl",
    "CDDPL (conditional demographic disparity in predictions)": "bias_cddpl",
    "DCA (difference in conditional acceptance)": "bias_dca bias_dcacc",
    "DCR (difference in conditional rejection)": "bias_dcr",
    "DAR (difference in acceptance rates)": "bias_dar",
    "DRR (difference in rejection rates)": "bias_drr",
    "RD (recall difference)": "bias_rd",
    "AD (accuracy difference)": "bias_ad",
    "SD (specificity difference)": "bias_sd",
    "TE (treatment equality)": "bias_te",
    "FT (counterfactual fliptest)": "bias_ft",
}
_ONE: Final[Mapping[str, str]] = {"DI (disparate impact)": "bias_di"}

HEADLINES: Final = (
    "AUC", "Accuracy", "F1", "Precision", "Recall", "Average precision", "Log loss",
    "Weighted F1", "Weighted precision", "Weighted recall", "RMSE", "MAE", "R²", "MSE",
)  # fmt: skip
"""Titles of what people look at first, where nothing is guarded."""


@cache
def standard() -> Mapping[str, Meaning]:
    """The standard metrics by name, without separators: `rocauc`."""
    directions = ((_HIGHER, Better.HIGHER), (_LOWER, Better.LOWER), (_ZERO, Better.ZERO), (_ONE, Better.ONE))
    return {
        name.replace("_", ""): Meaning(title, better, "", *range_of(title))
        for titles, better in directions
        for title, names in titles.items()
        for name in names.split()
    }
