// Folders of Python's that stay empty until somebody looks into them. What a page starts
// with is in its memory already, so most readers never need the rest.

/** What is used of Emscripten's file system. */
export interface Files {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array, options: { canOwn: boolean }): void;
  lookupPath(path: string): { node: Node };
  ErrnoError: new (number: number) => Error;
  lookupNode(parent: Node, name: string): unknown;
}

interface Node {
  node_ops: Operations;
  stream_ops: { open?(stream: { stream_ops: object }): void };
  contents: Uint8Array;
  usedBytes: number;
}

/** The number of the error that a device did not do what was asked of it. */
const NO_INPUT = 29;

interface Operations {
  lookup(parent: Node, name: string): unknown;
  readdir(node: Node): string[];
}

/** The archive that fills each folder. */
export type Places = Record<string, string>;

/** Gets an archive's files, by their paths; nothing when it cannot be had. */
export type Fetch = (archive: string) => Map<string, Uint8Array> | undefined;

/**
 * Lay out empty folders side by side, each filled when it is first looked into. Return a
 * function that fills one now, and says whether it is filled.
 */
export function layOut(files: Files, path: string, places: Places, fetch: Fetch): (name: string) => boolean {
  const waiting = new Map<string, () => void>();
  const fill = (name: string): boolean => {
    if (!waiting.has(name)) return true;
    const archive = places[name];
    const found = fetch(archive);
    if (!found) return false;
    for (const [other, open] of waiting) {
      if (places[other] !== archive) continue;
      open();
      waiting.delete(other);
    }
    put(files, path, found);
    return true;
  };
  for (const name of Object.keys(places)) {
    files.mkdirTree(`${path}/${name}`);
    waiting.set(name, whenSeen(files, `${path}/${name}`, () => fill(name)));
  }
  return fill;
}

/** Let a file be empty until somebody opens it. */
export function fillWhenOpened(files: Files, path: string, fetch: () => Uint8Array | undefined): void {
  files.writeFile(path, new Uint8Array(), { canOwn: true });
  const { node } = files.lookupPath(path);
  const plain = node.stream_ops;
  node.stream_ops = {
    ...plain,
    open(stream) {
      const found = fetch();
      if (!found) throw new files.ErrnoError(NO_INPUT);
      [node.contents, node.usedBytes] = [found, found.length];
      node.stream_ops = stream.stream_ops = plain;
    },
  };
}

/** Do something before a folder's content is first seen; return what ends that. */
function whenSeen(files: Files, path: string, act: () => boolean): () => void {
  const { node } = files.lookupPath(path);
  const plain = node.node_ops;
  node.node_ops = {
    ...plain,
    // The file system asks only for names that it does not know.
    lookup: (parent, name) => (act() ? files.lookupNode(parent, name) : plain.lookup(parent, name)),
    readdir: (folder) => {
      act();
      return plain.readdir(folder);
    },
  };
  return () => void (node.node_ops = plain);
}

function put(files: Files, folder: string, found: Map<string, Uint8Array>): void {
  const made = new Set<string>();
  for (const [name, data] of found) {
    const path = `${folder}/${name}`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(parent)) files.mkdirTree(parent);
    made.add(parent);
    if (!name.endsWith("/")) files.writeFile(path, data, { canOwn: true });
  }
}
