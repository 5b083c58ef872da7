// An archive holds many files in one, none of them packed: it is packed as a whole.
// Python's imports cannot wait, so this unpacks at once, and not as bytes come.

import { gunzipSync } from "fflate";

/** Signatures of a zip file's parts, and the sizes of those without names. */
const [END, ENTRY] = [0x06054b50, 0x02014b50];
const [END_SIZE, ENTRY_SIZE, HEAD_SIZE] = [22, 46, 30];

/** Return a file's bytes, unpacked if they are packed: some hosts let the browser do it. */
export function unpackNow(data: Uint8Array): Uint8Array {
  return data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data) : data;
}

/** Return the files of a zip file that packs nothing, by their names. */
export function readArchive(data: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const end = data.length - END_SIZE;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error("this is no archive");
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== ENTRY || view.getUint16(at + 10, true) !== 0) throw new Error("an archive is damaged");
    const size = view.getUint32(at + 24, true);
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const head = view.getUint32(at + 42, true);
    const start = head + HEAD_SIZE + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
    const path = new TextDecoder().decode(data.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + name));
    files.set(path, data.subarray(start, start + size));
    at += ENTRY_SIZE + name + extra + comment;
  }
  return files;
}
