"""What the region's assessors and consultants do: applications, held lines, decisions made anew."""
