/** A server-sent event with a name, which its data repeats as `type`. */
export function namedEvent(type: string, fields: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
