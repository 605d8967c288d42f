// Draws the figures in the colours of the reader's theme, and again when that changes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const figures = JSON.parse(document.getElementById("figures").textContent);

function draw() {
  const of = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  for (const [id, figure] of Object.entries(figures)) {
    const layout = structuredClone(figure.layout);
    Object.assign(layout, { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", height: 380 });
    layout.font = { ...layout.font, color: of("--ink") };
    layout.hoverlabel = { ...layout.hoverlabel, bgcolor: of("--ground"), font: { color: of("--ink") } };
    for (const name of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(name)) Object.assign(layout[name], { gridcolor: of("--line"), linecolor: of("--line") });
    }
    Plotly.react(id, structuredClone(figure.data), layout, { responsive: true, displayModeBar: false });
  }
}

draw();
dark.addEventListener("change", draw);
