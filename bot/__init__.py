"""mlops: a ChatOps bot that promotes SageMaker models from Slack."""
