/**
 * The page as an effect: it shows a form and comes back with what the user sent. It knows nothing of sign-in.
 */
import * as Effect from "effect/Effect"

export interface Field {
  readonly name: string
  readonly label: string
  /** Of the `input`. Default: `text`. */
  readonly type?: "email" | "password" | "text"
  readonly autocomplete: AutoFill
}

export interface Form {
  readonly title: string
  readonly text?: string
  readonly error?: string | undefined
  /** Pairs of a name and a value. */
  readonly list?: ReadonlyArray<readonly [name: string, value: string]>
  /** An SVG image, with what it shows. */
  readonly image?: { readonly svg: string; readonly alt: string }
  readonly fields?: ReadonlyArray<Field>
  /** The first is what Enter does. */
  readonly buttons: readonly [string, ...ReadonlyArray<string>]
}

export interface Answer {
  /** The button that was pressed. */
  readonly button: string
  readonly values: { readonly [name: string]: string }
}

/** Shows a form and waits for one of its buttons; only the first asks for the fields to be filled in. */
export const ask = (form: Form): Effect.Effect<Answer> =>
  Effect.callback<Answer>((resume) => {
    const element = document.createElement("form")
    element.append(...partsOf(form))
    element.addEventListener("submit", (event) => {
      event.preventDefault()
      const values = Object.fromEntries([...new FormData(element)].map(([name, value]) => [name, String(value)]))
      const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : form.buttons[0]
      for (const button of element.querySelectorAll("button")) button.disabled = true
      resume(Effect.succeed({ button: pressed, values }))
    })
    document.querySelector("main")?.replaceChildren(element)
    element.querySelector("input")?.focus()
  })

const partsOf = ({ buttons, error, fields = [], image, list, text, title }: Form): ReadonlyArray<HTMLElement> => [
  node("h1", {}, title),
  ...(text === undefined ? [] : [node("p", {}, text)]),
  ...(error === undefined ? [] : [node("p", { className: "error", role: "alert" }, error)]),
  ...(list === undefined
    ? []
    : [node("dl", {}, ...list.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, value)]))]),
  ...(image === undefined ? [] : [
    node("figure", {}, node("img", { src: `data:image/svg+xml,${encodeURIComponent(image.svg)}`, alt: image.alt }))
  ]),
  ...fields.map(({ autocomplete, label, name, type = "text" }) =>
    node("label", {}, label, node("input", { name, type, autocomplete, required: true }))
  ),
  ...buttons.map((button, index) =>
    node("button", { value: button, className: index === 0 ? "main" : "", formNoValidate: index > 0 }, button)
  )
]

const node = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: ReadonlyArray<string | HTMLElement>
): HTMLElementTagNameMap[Name] => {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}
