"""What is listed, called by its words: 养老院那个我也去."""
