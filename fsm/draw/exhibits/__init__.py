"""The gallery: every picture there is, and the pages that hold them."""
