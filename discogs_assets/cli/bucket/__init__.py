"""What `discogs-assets lake` does, and how it shows that."""
