"""The one public door: routes, limits and hygiene; it holds no data and decides nothing."""
