// anywidget comes as an AMD module. This takes its factory without running text as code.

import * as base from "@jupyter-widgets/base";

type Classes = Record<string, unknown>;
type Define = (needs: string[], factory: (host: typeof base) => Classes) => void;

const scope = globalThis as unknown as { define?: Define };

/** Return anywidget's model and view classes, loaded once. */
export const anywidget = (() => {
  let loaded: Promise<Classes> | undefined;
  return () => (loaded ??= load());
})();

async function load(): Promise<Classes> {
  const before = scope.define;
  const found = new Promise<Classes>((resolve) => {
    scope.define = (_needs, factory) => resolve(factory(base));
  });
  await import("anywidget");
  const classes = await found;
  scope.define = before;
  return classes;
}
