// A length of time as players show it: 01:02, 1:01:02.
const two = (n) => String(Math.floor(n)).padStart(2, "0");
export const clock = (s) => `${s >= 3600 ? `${Math.floor(s / 3600)}:` : ""}${two((s % 3600) / 60)}:${two(s % 60)}`;
