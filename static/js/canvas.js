/* Canvases: sharp on every display, and colours from look-up tables. */

/** Fit a canvas to a size in CSS pixels; returns its context, in those pixels. */
function fitCanvas(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1)
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const context = canvas.getContext("2d")
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** Bytes as they come from Python: a buffer, or a view into one, which may begin anywhere. */
function bytesOf(data) {
  if (!data?.byteLength) return new Uint8Array(0)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** Entry `index` of a look-up table of red, green and blue, as a colour. */
function lutColor(table, index, shade = 1) {
  const channel = (c) => Math.min(255, Math.round(shade * table[3 * index + c]))
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`
}
