// How large and how long recordings are or may become, in words.
export const megabytes = (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(bytes && bytes < 1e7 ? 1 : 0)} MB`);

function lasting(seconds) {
  const hours = Math.floor(seconds / 3600);
  if (hours >= 100) return "more than 100 hours";
  if (hours >= 1) return `about ${hours} ${hours === 1 ? "hour" : "hours"}`;
  return seconds >= 120 ? `about ${Math.floor(seconds / 60)} minutes` : "under two minutes";
}

export const taken = ({ used_bytes, quota_bytes }) => `${megabytes(used_bytes)} of ${megabytes(quota_bytes)}`;

// Before Record is pressed: what is left, and what the host's recordings take up where that is limited.
export function left(space) {
  const room = space.free_bytes ? `Space for ${lasting(space.seconds)} (${megabytes(space.free_bytes)}).` : "There is no space left to record.";
  return space.quota_bytes ? `${room} The host's recordings take up ${taken(space)}.` : room;
}
