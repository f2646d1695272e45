"""Settings and policy: mlops.toml."""

from bot.config.policy import load_policy, parse_policy

__all__ = ["load_policy", "parse_policy"]
