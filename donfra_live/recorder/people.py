"""Who has which number in a recording: the names of the files that are his alone are made of it."""

from threading import Lock

from donfra_live.recorder.places import Places, read_people, write_people

MOST = 200


class People:
    """Asked by the threads of sound and of pictures. A number is on disk before anything of its person is."""

    def __init__(self, places: Places) -> None:
        self._places, self._lock = places, Lock()
        self._names = read_people(places)

    def number(self, person: str, name: str) -> int | None:
        """From 1; None for those beyond the number that may have files."""
        with self._lock:
            if self._names.get(person) != name:
                if person not in self._names and len(self._names) >= MOST:
                    return None
                self._names[person] = name
                write_people(self._places, self._names)
            return list(self._names).index(person) + 1
