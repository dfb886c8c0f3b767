"""What the eye needs, as arrays. No Qt."""
