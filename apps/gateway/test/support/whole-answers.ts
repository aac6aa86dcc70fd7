/** One answer of known length, as it stands in what a caller has received. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Takes what came on a connection apart; the unfinished rest of it is left out. Every answer has to have a length. */
export function wholeAnswers(stream: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let at = 0;
  for (;;) {
    const headEnd = stream.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return answers;
    const head = stream.slice(at, headEnd + 2);
    const bodyStart = headEnd + 4;
    const end = bodyStart + Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1]);
    if (!(end <= stream.length)) return answers;
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
    answers.push({ status: Number(status), head, body: stream.slice(bodyStart, end) });
    at = end;
  }
}
