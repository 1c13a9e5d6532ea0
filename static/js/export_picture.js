// Saves figures as PNG files: runs in the browser, asks nobody. Given by Python: plots, name.

plots.forEach(async (plot, number) => {
  const view = Bokeh.index.find_one(plot)
  if (view === null || view === undefined) return
  const blob = await view.export("png").to_blob()
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = plots.length > 1 ? `${name}-${number + 1}.png` : `${name}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
})
