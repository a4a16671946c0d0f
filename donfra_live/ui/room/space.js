// How large and how long recordings are or may become, in words.
const SOUND_BYTES = 12_000; // a second of it, as recorder/writer.py writes it

export const megabytes = (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes && bytes < 1e7 ? 1 : 0)} MB`);

function lasting(seconds) {
  const hours = Math.floor(seconds / 3600);
  if (hours >= 100) return "more than 100 hours";
  if (hours >= 1) return `about ${hours} ${hours === 1 ? "hour" : "hours"}`;
  return seconds >= 120 ? `about ${Math.floor(seconds / 60)} minutes` : "under two minutes";
}

export const taken = ({ used_bytes, quota_bytes }) => `${megabytes(used_bytes)} of ${megabytes(quota_bytes)}`;

// What is left, and what the host's recordings take up where that is limited. soundOnly: the server counts pictures.
export function left(space, soundOnly) {
  const seconds = soundOnly ? space.free_bytes / SOUND_BYTES : space.seconds;
  const room = space.free_bytes ? `Space for ${lasting(seconds)} (${megabytes(space.free_bytes)}).` : "There is no space left to record.";
  return space.quota_bytes ? `${room} The host's recordings take up ${taken(space)}.` : room;
}
