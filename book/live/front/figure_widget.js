// Plotly's FigureWidget as the page's Python brings it: the half that draws is served
// beside the book, and loaded when there is a figure to draw. Until then the model waits
// for nothing: what Python says of its data would wait too.

const root = new URL(document.documentElement.dataset.content_root ?? "./", document.baseURI);

export default () => {
  let model;
  let figure;
  return {
    initialize(context) {
      model = context;
    },
    async render(context) {
      figure ??= load(model);
      return (await figure).render(context);
    },
  };
};

async function load(model) {
  const { default: make } = await import(new URL("_static/live/widgetbundle.js", root).href);
  const figure = make();
  figure.initialize(model);
  return figure;
}
