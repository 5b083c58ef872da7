// What a reader writes is kept in the browser, cell by cell, until they take it back.

/** What a reader wrote in a cell, and the book's text that they began from. */
export interface Kept {
  mine: string;
  book: string;
}

export class Store {
  /** @param page Where the notebook lies in the book. */
  constructor(private readonly page: string) {}

  read(cell: string): Kept | undefined {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key(cell)) ?? "null") as Partial<Kept> | null;
      return typeof kept?.mine === "string" && typeof kept.book === "string" ? (kept as Kept) : undefined;
    } catch {
      return undefined; // no storage here, or not ours
    }
  }

  /** Keep a text; return whether the browser took it. */
  write(cell: string, kept: Kept): boolean {
    try {
      localStorage.setItem(this.key(cell), JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  forget(cell: string): void {
    try {
      localStorage.removeItem(this.key(cell));
    } catch {
      // nothing was kept
    }
  }

  private key(cell: string): string {
    return `book-cell:${this.page}:${cell}`;
  }
}
