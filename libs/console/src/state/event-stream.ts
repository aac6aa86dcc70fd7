/** One event of a `text/event-stream`. */
export interface StreamEvent {
  readonly type: string;
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) as they come in pieces: `push` answers with the events that the piece
 * completes. `EventSource` cannot send `Authorization`, so the console reads streams by `fetch`.
 */
export function createEventStreamParser(): { readonly push: (piece: string) => readonly StreamEvent[] } {
  let rest = '';
  let type = '';
  let id: string | undefined;
  let data: string[] = [];

  function endOfEvent(): StreamEvent | undefined {
    const event = data.length === 0 ? undefined : { type: type || 'message', id, data: data.join('\n') };
    type = '';
    data = [];
    id = undefined;
    return event;
  }

  function take(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }

  return {
    push(piece) {
      // A line ends with CR, LF or both; a CR at the very end may still be followed by its LF.
      const text = rest + piece;
      const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
      const lines = whole.split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '') + text.slice(whole.length);
      const events: StreamEvent[] = [];
      for (const line of lines) {
        if (line !== '') {
          take(line);
          continue;
        }
        const event = endOfEvent();
        if (event !== undefined) events.push(event);
      }
      return events;
    },
  };
}
