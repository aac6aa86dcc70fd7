import type { PathExplanation } from '@rollcall/contracts';
import { CopyButton } from '../parts/copy-button';
import { explainCommand, explainSteps } from './explain-steps';

const KIND: Readonly<Record<PathExplanation['verdict'], string>> = {
  forwarded: 'up',
  'answered here': 'up',
  held: 'suspect',
  rejected: 'gone',
  refused: 'gone',
  'not found': 'gone',
  'method not allowed': 'gone',
};
const MARKS = { ok: ['up', ''], warn: ['suspect', ''], stop: ['gone', ''] } as const;

/** What one gateway, or all that agree, do with the request, as numbered steps. */
export function Explanation({
  explanation,
  by,
}: {
  readonly explanation: PathExplanation;
  readonly by: string;
}) {
  const { verdict, route, instances, request, why } = explanation;
  const candidates = instances.filter(({ picked }) => picked).length;
  return (
    <section class="panel steps" aria-label={`Decision of ${by}`}>
      <div class="verdict">
        <span class={`pill ${KIND[verdict]} ${KIND[verdict]}`}>{verdict}</span>
        <div>
          <div class="big">{route === undefined ? why : `${route.service}, 1 of ${candidates}`}</div>
          <div class="dim note">
            <span class="mono">
              {request.method} {request.path}
            </span>{' '}
            · {by}
          </div>
        </div>
      </div>
      <ol>
        {explainSteps(explanation).map(({ mark, title, text }, index) => (
          <li key={index}>
            <span class={`d ${MARKS[mark][0]}`}>{index + 1}</span>
            <div>
              <b>{title}</b>
              {text.map((line) => (
                <div key={line} class="x">
                  {line}
                </div>
              ))}
            </div>
          </li>
        ))}
      </ol>
      <div class="mend">
        Same in the terminal: <code>{explainCommand(request)}</code>
      </div>
      <div class="row">
        <CopyButton text={() => explainCommand(request)}>Copy as CLI</CopyButton>
        <CopyButton text={() => JSON.stringify(explanation, null, 2)}>Copy as JSON</CopyButton>
        <CopyButton text={() => location.href}>Copy link</CopyButton>
      </div>
    </section>
  );
}
