/** One server-sent event, its data parsed. */
export interface SseEvent {
  readonly event: string;
  /** The `id:` of this event itself; `undefined` when it has none. */
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Makes events of text as it comes, in pieces of any size. Comments are counted and left out. */
export interface SseParser {
  readonly comments: number;
  push(text: string): SseEvent[];
}

export function createSseParser(): SseParser {
  let rest = '';
  let comments = 0;

  function parse(block: string): SseEvent[] {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const at = line.indexOf(': ');
      if (at === 0) comments += 1;
      else fields.set(line.slice(0, at), line.slice(at + 2));
    }
    const data = fields.get('data');
    return data === undefined
      ? []
      : [
          {
            event: fields.get('event') ?? 'message',
            id: fields.get('id'),
            data: JSON.parse(data) as unknown,
          },
        ];
  }

  return {
    get comments() {
      return comments;
    },
    push(text) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      return blocks.flatMap(parse);
    },
  };
}
