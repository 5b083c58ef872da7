// Stands in for anywidget: loads a widget's module from a blob and gives it a model whose
// Python side is a real session, reached through `window.python`.

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

window.sent = [];

window.start = async ({ esm, view, delay, absent }) => {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  const handlers = new Set();
  const state = { view };
  let line = Promise.resolve();
  const model = {
    get: (name) => state[name],
    on: (_, handler) => handlers.add(handler),
    off: (_, handler) => handlers.delete(handler),
    send(message) {
      window.sent.push(message);
      if (absent) return;
      line = line.then(async () => {
        const next = await window.python(message);
        await pause(delay);
        if (next) state.view = next;
        handlers.forEach((handler) => handler());
      });
    },
  };
  const el = document.createElement("div");
  document.querySelector("#stage").append(el);
  const dispose = await widget.render({ model, el });
  window.close_widget = dispose;
};
