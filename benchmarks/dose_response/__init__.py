"""Does fatal-aware GRPO work, and from which share of fatal rollouts on?"""
