"""Distances, and the two datums: WGS-84 (satellites, OpenStreetMap) and GCJ-02 (Chinese maps, WeChat), some 500 m apart.

The offset is the public approximation on the Krasovsky ellipsoid; points outside China are not shifted.
"""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_008.8

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323


def to_gcj02(lon_wgs84: float, lat_wgs84: float) -> tuple[float, float]:
    """(longitude, latitude) in GCJ-02 of a WGS-84 point, in degrees."""
    if not (72.004 <= lon_wgs84 <= 137.8347 and 0.8293 <= lat_wgs84 <= 55.8271):
        return lon_wgs84, lat_wgs84
    east, north = _shift(lon_wgs84 - 105.0, lat_wgs84 - 35.0)
    latitude = math.radians(lat_wgs84)
    magic = 1 - _ECCENTRICITY * math.sin(latitude) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic)) * math.pi / 180
    metres_east = _AXIS / math.sqrt(magic) * math.cos(latitude) * math.pi / 180
    return lon_wgs84 + east / metres_east, lat_wgs84 + north / metres_north


def to_wgs84(lon_gcj02: float, lat_gcj02: float) -> tuple[float, float]:
    """(longitude, latitude) in WGS-84 of a GCJ-02 point, in degrees, exact to a millimetre."""
    lon, lat = lon_gcj02, lat_gcj02
    for _ in range(4):  # the shift varies slowly, so each pass gains about three digits
        there = to_gcj02(lon, lat)
        lon, lat = lon + lon_gcj02 - there[0], lat + lat_gcj02 - there[1]
    return lon, lat


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance in metres."""
    half_lat, half_lon = math.radians(lat_b - lat_a) / 2, math.radians(lon_b - lon_a) / 2
    width = math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(math.sin(half_lat) ** 2 + width))


def _shift(x: float, y: float) -> tuple[float, float]:
    """How far GCJ-02 lies from WGS-84, metres east and north; `x`, `y` in degrees from 105° E, 35° N."""
    wave = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    return east, north
