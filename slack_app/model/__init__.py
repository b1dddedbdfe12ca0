"""The nouns of the product; plain values without behaviour towards the outside."""
