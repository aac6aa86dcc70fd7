import { clock, shortId } from '../state/figures';
import { wordsOf } from '../state/event-words';
import type { Fold } from '../state/folding';
import { hrefTo } from '../shell/navigation';
import { Cell } from './cell';

/** What happened to whom, by whom, and why; the steps of one cause as a chain. */
export function EventLine({ fold: { last, steps, instances } }: { readonly fold: Fold }) {
  const words = wordsOf(last);
  const first = steps[0] ?? last;
  return (
    <div class="ev">
      <time dateTime={new Date(last.at).toISOString()} title={clock(last.at, { precise: true })}>
        {clock(last.at)}
      </time>
      <Cell kind={words.kind} />
      <div>
        <div class="t">
          <a href={hrefTo({ page: 'service', name: last.service_name })}>
            <b>{last.service_name}</b>
          </a>{' '}
          {instances.length > 1 ? (
            `${instances.length} instances`
          ) : (
            <a
              class="mono"
              title={last.instance_id}
              href={hrefTo({ page: 'service', name: last.service_name }, { i: last.instance_id })}
            >
              {shortId(last.instance_id)}
            </a>
          )}{' '}
          {words.what}
        </div>
        <div class="w">
          {last.actor === 'registry' ? null : (
            <>
              by <b>{last.actor}</b>
              {words.why === '' ? '' : ': '}
            </>
          )}
          {words.why}
        </div>
        {steps.length < 2 ? null : (
          <div class="chain">
            {steps.slice(-4).map((step, index) => (
              <>
                {index === 0 ? null : <em>→</em>}
                <span>{wordsOf(step).what}</span>
              </>
            ))}
            <em>in {span(last.at - first.at)}</em>
          </div>
        )}
      </div>
    </div>
  );
}

function span(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
