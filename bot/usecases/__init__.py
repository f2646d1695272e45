"""What happens, in the words of ports."""
