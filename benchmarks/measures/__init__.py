"""Error rates, their uncertainty, and the scores they are made of; every benchmark uses these."""
