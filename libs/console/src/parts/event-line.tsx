import { Fragment } from 'preact';
import type { Cause } from '../events/causes';
import { clock, shortId } from '../state/figures';
import { hrefTo, hrefWith } from '../shell/navigation';
import { Cell } from './cell';

/** What happened to whom, by whom, and why; the steps of one cause as a chain. */
export function EventLine({ cause }: { readonly cause: Cause }) {
  const { service, instances, outcome, word, actor, at, steps, note } = cause;
  const [id = ''] = instances;
  return (
    <div class="ev">
      <time dateTime={new Date(at).toISOString()} title={clock(at, { precise: true })}>
        <a href={hrefWith({ at: String(at) })} aria-label={`Look at ${clock(at)}`}>
          {clock(at)}
        </a>
      </time>
      <Cell kind={outcome} />
      <div>
        <div class="t">
          <a href={hrefTo({ page: 'service', name: service })}>
            <b>{service}</b>
          </a>{' '}
          {instances.length > 1 ? (
            `${instances.length} instances`
          ) : (
            <a class="mono" title={id} href={hrefTo({ page: 'service', name: service }, { i: id })}>
              {shortId(id)}
            </a>
          )}{' '}
          {word}
        </div>
        {actor === 'registry' && (note === '' || steps.length > 0) ? null : (
          <div class="w">
            {actor === 'registry' ? null : (
              <>
                by <b>{actor}</b>
                {note === '' ? '' : ': '}
              </>
            )}
            {note}
          </div>
        )}
        {steps.length === 0 ? null : (
          <div class="chain">
            {steps.slice(-4).map((step, index) => (
              <Fragment key={index}>
                {index === 0 ? null : <em>→</em>}
                <span>{step}</span>
              </Fragment>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
