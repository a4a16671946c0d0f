"""How fast the app is, for anybody with this repository: `make bench` or `python -m bench --help`."""
