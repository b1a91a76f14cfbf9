/** Whether a person looks at the stream, at a terminal that shows colours, and has not asked for none. */
export function usesColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
