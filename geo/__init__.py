"""Space: village polygons, placing households, layers."""
