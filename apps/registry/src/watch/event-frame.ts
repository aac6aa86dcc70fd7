import type { LiveEvent, QuestionStreamEvent, SessionEvent } from '@rollcall/contracts';

/**
 * The lines of an event without its id: the same text for every reader, made once
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html; JSON has no line breaks of its own).
 */
export function eventFrame(event: LiveEvent | SessionEvent | QuestionStreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

/** The same event with its id. A reader who has seen it knows everything up to that id. */
export function withId(id: string, frame: string): string {
  return `id: ${id}\n${frame}`;
}

/** A line that readers skip. It shows both ends that the other one is there. */
export const PING_FRAME = ': ping\n\n';
