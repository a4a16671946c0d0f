// Into the clipboard; false where the browser keeps it from us: without https, or refused.
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
