"""One file per outside system: each translates its library's errors in one function and nothing else knows it."""
