// The line to Python: one message at a time, numbered, so that a slow kernel garbles
// nothing and a burst of typing leaves no backlog.

const SLOW = 400; // milliseconds until the view says that Python is at work
const SILENT = 4000; // and until it says that nobody answers
const QUEUE = 20; // most messages that wait

/** Open a line over an anywidget model; `changed` is called whenever its status may have. */
export function openLine(model, changed) {
  const client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const queue = [];
  let number = 0;
  let flying = null;
  let refused; // the burst whose newest value Python would not take
  let status = "ready";
  let timers = [];

  function setStatus(next) {
    if (status === next) return;
    status = next;
    changed();
  }

  function quiet() {
    timers.forEach(clearTimeout);
    timers = [];
  }

  function pump() {
    if (flying || queue.length === 0) return;
    flying = { ...queue.shift(), number: ++number };
    quiet();
    timers = [setTimeout(() => setStatus(status === "silent" ? "silent" : "slow"), SLOW)];
    model.send({ client, number, action: flying.action });
    despair();
  }

  /** Give up when nobody answers; a page says on its html element how its Python is. */
  function despair() {
    const python = () => document.documentElement.dataset.python;
    const giveUp = () => {
      if (python() === "starting") return despair();
      queue.length = 0;
      setStatus("silent");
    };
    timers.push(setTimeout(giveUp, python() === "absent" ? 0 : SILENT));
  }

  return {
    get status() {
      return status;
    },

    /** Whether a typed value is still on its way, or was refused and may be mended. */
    isHeld(burst) {
      if (burst === undefined || status === "silent") return false;
      return burst === refused || flying?.burst === burst || queue.some((item) => item.burst === burst);
    },

    /** Give up a refused value: the field shows what Python has again. */
    release() {
      const had = refused !== undefined;
      refused = undefined;
      return had;
    },

    get isIdle() {
      return flying === null && queue.length === 0;
    },

    send(action, burst) {
      if (status === "silent") flying = null; // try again: Python may be back
      if (action.type !== "tick") refused = undefined;
      const last = queue.at(-1);
      if (burst !== undefined && last?.burst === burst) last.action = action;
      else if (queue.length < QUEUE) queue.push({ action, burst });
      pump();
    },

    /** Take note of the numbers that Python has seen, and of whether it refused. */
    heard({ seen, notice }) {
      if (!flying || (seen[client] ?? 0) < flying.number) return;
      if (notice && flying.burst !== undefined) refused = flying.burst;
      flying = null;
      quiet();
      setStatus("ready");
      pump();
    },

    close: quiet,
  };
}
