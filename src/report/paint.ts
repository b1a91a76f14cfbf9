const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

export type Paint = (text: string, style: keyof typeof SGR) => string;

/** Colours a text, or leaves it as it is. */
export function painter(color: boolean): Paint {
  return (text, style) => (color ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text);
}
