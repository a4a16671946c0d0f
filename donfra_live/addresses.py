"""How addresses are written; pure. Where a request came from is network.py's."""

import ipaddress
import re


def as_http(url: str) -> str:
    """The same address for HTTP: ws becomes http, wss https."""
    return re.sub(r"^ws(?=s?://)", "http", url)


def as_ws(url: str) -> str:
    """The same address for a websocket."""
    return re.sub(r"^http(?=s?://)", "ws", url)


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """An IP address or a name, without a port."""
    return is_ip(text) or bool(re.fullmatch(r"[\w-]+(\.[\w-]+)*", text, re.ASCII))


def is_origin(text: str) -> bool:
    """scheme://host[:port], perhaps with a slash behind it."""
    return bool(re.fullmatch(r"https?://[^/\s]+/?", text))


def is_database(url: str) -> bool:
    """A server's, or a file's."""
    return bool(re.match(r"(postgres(ql)?(\+\w+)?://|sqlite(\+\w+)?:///).", url))
