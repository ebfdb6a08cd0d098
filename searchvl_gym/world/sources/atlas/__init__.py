"""Atlas: a fictional encyclopaedia made from a seed."""
