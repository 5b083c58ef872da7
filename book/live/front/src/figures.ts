// Plotly's figures, in the page's colours. The library is large: it comes with the first.

interface Figure {
  data: object[];
  layout?: Record<string, unknown>;
  config?: Record<string, unknown>;
}

interface Plotly {
  newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  react(place: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
}

const TYPE = "application/vnd.plotly.v1+json";

/** Draw every saved figure of the page. */
export async function drawFigures(): Promise<void> {
  for (const frame of document.querySelectorAll<HTMLElement>(".live-figure")) {
    const script = frame.querySelector(`script[type="${TYPE}"]`);
    const place = frame.appendChild(document.createElement("div"));
    try {
      await drawFigure(place, JSON.parse(script?.textContent ?? "{}") as Figure);
      frame.dataset.drawn = "";
    } catch (error) {
      place.remove();
      console.error("a figure could not be drawn", error);
    }
  }
}

/** Draw one figure, and again whenever the page changes its theme. */
export async function drawFigure(place: HTMLElement, figure: Figure): Promise<void> {
  const plotly = await library();
  const config = { displaylogo: false, responsive: true, ...figure.config };
  const layout = () => ({ ...themed(figure.layout ?? {}) });
  await plotly.newPlot(place, figure.data, layout(), config);
  const watch = new MutationObserver(() => {
    if (!place.isConnected) watch.disconnect();
    else void plotly.react(place, figure.data, layout(), config);
  });
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

let loading: Promise<Plotly> | undefined;

function library(): Promise<Plotly> {
  return (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.min.js", import.meta.url).href;
    script.onload = () => resolve((globalThis as unknown as { Plotly: Plotly }).Plotly);
    script.onerror = () => reject(new Error("plotly could not be loaded"));
    document.head.append(script);
  }));
}

/** Return a layout whose paper, ink and lines are the page's. */
function themed(layout: Record<string, unknown>): object {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--book-${name}`).trim();
  const [ink, line, quiet] = [colour("ink"), colour("line"), colour("quiet")];
  const axis = { gridcolor: line, linecolor: quiet, zerolinecolor: line, tickcolor: quiet };
  const template = {
    layout: {
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { color: ink, family: colour("sans") || "sans-serif", size: 14 },
      colorway: [colour("lead"), colour("rust"), quiet, ink],
      margin: { t: 48, r: 16, b: 48, l: 56 },
      xaxis: { ...axis, automargin: true },
      yaxis: { ...axis, automargin: true },
      hoverlabel: { font: { family: colour("sans") || "sans-serif" } },
    },
  };
  return { autosize: true, ...layout, template };
}
