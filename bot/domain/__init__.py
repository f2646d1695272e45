"""What is true: frozen values and pure decisions, standard library only."""
