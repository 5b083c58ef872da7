// The part of the front end that only pages with widgets need.

import { BookManager } from "./manager";
import { drawSaved } from "./saved";

export async function drawPage(): Promise<void> {
  await drawSaved(new BookManager());
}
