/* Answers each frame when it is painted. */

export function render(context) {
  const {model} = context
  return component(context, "paint-signal", (ui) => {
    ui.watch(["sequence"], ui.frame(() => ui.send({type: "ack"})))
  })
}
