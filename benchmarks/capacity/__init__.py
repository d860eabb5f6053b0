"""What a place needs: registers of any size that are served, and a model that is held against them."""
