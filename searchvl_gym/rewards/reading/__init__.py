"""How an answer's text is read: widths and markup, spellings, number words, parts."""
