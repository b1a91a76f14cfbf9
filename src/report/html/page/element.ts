type Child = Node | string | null;

/**
 * An element with attributes and children. Text only ever becomes a text node, so what a server said cannot become
 * markup. Styles go by classes: the page's policy ignores the attribute `style`.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(text: string, press: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", press);
  return made;
}

/** A section of the page; null without anything in it. */
export function section(id: string, title: string, ...children: Child[]): HTMLElement | null {
  if (children.every((child) => child === null)) return null;
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title` }, title),
    ...children,
  );
}
