import { Cell } from '../parts/cell';
import { choose, hrefTo } from '../shell/navigation';
import { clock, figure, shortId } from '../state/figures';
import type { Cause } from './causes';
import { inWords, statusStep } from './status-step';

const MOST_LINES = 200;

interface EventLogProps {
  readonly causes: readonly Cause[];
  /** The key of the one whose steps are shown. */
  readonly open: string | undefined;
  readonly at: number | undefined;
}

/** A line a cause, the newest first. */
export function EventLog({ causes, open, at }: EventLogProps) {
  const current = at === undefined ? undefined : causes.find((cause) => cause.at <= at)?.key;
  return (
    <div class="scroll">
      <table class="log">
        <caption class="hidden">Events, the newest first</caption>
        <thead>
          <tr>
            <th>Time</th>
            <th>What</th>
            <th>Instance</th>
            <th class="o">Who</th>
            <th>Why, and what followed</th>
            <th class="r o">rev</th>
          </tr>
        </thead>
        <tbody>
          {causes.slice(0, MOST_LINES).map((cause) => (
            <Line
              key={cause.key}
              cause={cause}
              isOpen={open === cause.key}
              isCurrent={current === cause.key}
            />
          ))}
        </tbody>
      </table>
      {causes.length === 0 ? <p class="empty">No event matches.</p> : null}
      {causes.length > MOST_LINES ? (
        <p class="faint note more">
          {figure(causes.length - MOST_LINES)} older ones: filter, or copy them as JSON
        </p>
      ) : null}
    </div>
  );
}

interface LineProps {
  readonly cause: Cause;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
}

function Line({ cause, isOpen, isCurrent }: LineProps) {
  const { key, service, instances, outcome, word, actor, at, steps, note, revision, events } = cause;
  const [id = ''] = instances;
  const toggle = () => choose({ e: isOpen ? undefined : key });
  return (
    <>
      <tr aria-selected={isCurrent || isOpen} onClick={(event) => isPlain(event) && toggle()}>
        <td class="n">
          <button
            class="opener"
            aria-expanded={isOpen}
            aria-label={`${clock(at, { precise: true })}: steps of ${word} ${service}`}
            onClick={toggle}
          >
            {clock(at, { precise: true })}
          </button>
        </td>
        <td>
          <span class={`st ${outcome}`}>
            <Cell kind={outcome} />
            {word}
          </span>
        </td>
        <td class="nowrap">
          <a class="name" href={hrefTo({ page: 'service', name: service })}>
            {service}
          </a>{' '}
          {instances.length > 1 ? (
            <span class="dim">×{instances.length}</span>
          ) : (
            <a class="mono dim" href={hrefTo({ page: 'service', name: service }, { i: id })} title={id}>
              {shortId(id)}
            </a>
          )}
        </td>
        <td class="o">
          <button class="tag" onClick={() => choose({ actor })}>
            {actor}
          </button>
        </td>
        <td class="dim why">{steps.length > 0 ? steps.join(' → ') : note}</td>
        <td class="r n faint o">{figure(revision)}</td>
      </tr>
      {isOpen
        ? events.map((event) => (
            <tr key={`${event.revision}:${event.type}:${event.instance_id}`} class="step">
              <td class="n faint">{clock(event.at, { precise: true })}</td>
              <td class="dim">{event.type.replaceAll('_', ' ')}</td>
              <td class="mono dim" title={event.instance_id}>
                {shortId(event.instance_id)} <span class="faint">{event.url}</span>
              </td>
              <td class="o">
                <span class="tag">{event.actor}</span>
              </td>
              <td class="dim why">{inWords(statusStep(event)?.why ?? event.reason)}</td>
              <td class="r n faint o">{figure(event.revision)}</td>
            </tr>
          ))
        : null}
    </>
  );
}

/** A click on a link or a button inside of the line is theirs. */
function isPlain({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('a, button') === null;
}
