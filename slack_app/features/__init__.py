"""What happens, one use case a file: features take ports and hand over facts; they contain no sentence."""
