"""Looks at the outside systems for an operator: facts, without a judgement. doctor/ says what they mean."""
