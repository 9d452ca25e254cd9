"""Where the province lies, with a margin; EPSG:4326, degrees.

Its longitudes and latitudes do not overlap: a pair that fits only the other way round is swapped for certain.
Kalimantan Timur reaches from 113.8 to 119.1 E and from 2.5 S to 2.7 N.
"""

WEST, EAST = 113.0, 120.0
SOUTH, NORTH = -3.0, 3.5
