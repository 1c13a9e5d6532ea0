/* The start along an axis: a slider that tells where it is while it moves, and where it comes to rest. */

const EVERY_MS = 50
// Keys that follow each other are one movement.
const REST_MS = 350

export function render(context) {
  const {model} = context
  return component(context, "start_slider", (ui) => {
    const name = element("span", {class: "name"})
    const input = element("input", {type: "range"})
    const output = element("output", {"aria-hidden": "true"})
    ui.root.append(element("label", {}, name, output), input)

    let [held, sent, resting, trailing] = [false, 0, 0, 0]
    const number = () => Number(Number(input.value).toPrecision(6))
    const fill = () => {
      const {min, max, value} = input
      input.style.setProperty("--done", `${100 * (value - min) / (max - min)}%`)
      const text = String(number()).replace("-", "−")
      setText(output, text)
      input.setAttribute("aria-valuetext", `${model.name_of} = ${text}`)
    }
    const tell = () => {
      clearTimeout(trailing)
      sent = performance.now()
      ui.send({type: "drag", x: number()})
    }
    const rest = () => {
      clearTimeout(resting)
      clearTimeout(trailing)
      resting = 0
      ui.send({type: "start", x: number()})
    }
    const place = () => {
      input.min = model.low
      input.max = model.high
      // What is set elsewhere may lie between two steps; a key goes a hundredth of the way.
      input.step = "any"
      if (!held && !resting) input.value = model.x
      fill()
    }

    ui.watch(["name_of"], () => {
      setText(name, `Start ${model.name_of}`)
      input.setAttribute("aria-label", `Start ${model.name_of}`)
      fill()
    })
    ui.watch(["low", "high", "x"], place)
    ui.listen(input, "input", () => {
      fill()
      clearTimeout(trailing)
      const wait = sent + EVERY_MS - performance.now()
      if (wait <= 0) tell()
      else trailing = setTimeout(tell, wait)
    })
    ui.listen(input, "pointerdown", () => { held = true })
    // The change that ends a movement comes after this.
    for (const end of ["pointerup", "pointercancel"]) ui.listen(input, end, () => setTimeout(() => { held = false }))
    ui.listen(input, "change", () => {
      clearTimeout(resting)
      if (held) {
        held = false
        rest()
      } else resting = setTimeout(rest, REST_MS)
    })
    ui.onRemove(() => [resting, trailing].forEach(clearTimeout))
  })
}
