"""What the pages of records show: plain values under their rulings, turned into components."""
