import { Ago } from '../parts/ago';
import { choose } from '../shell/navigation';
import { shortId, whole } from '../state/figures';
import type { GatewayLine } from './gateway-lines';

interface GatewaysTableProps {
  readonly lines: readonly GatewayLine[];
  /** The one whose details are shown. */
  readonly open: string | undefined;
}

export function GatewaysTable({ lines, open }: GatewaysTableProps) {
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">Gateways</caption>
        <thead>
          <tr>
            <th>Gateway</th>
            <th>Version</th>
            <th>Synced</th>
            <th>Routes</th>
            <th class="r">refused</th>
            <th class="r">instances</th>
            <th class="r">in flight</th>
            <th class="r">held</th>
            <th class="r">ejected</th>
            <th class="o">Answers</th>
            <th class="o">Connected</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} isOpen={open === line.id} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line, isOpen }: { readonly line: GatewayLine; readonly isOpen: boolean }) {
  const { id, known, reporter, digest, hasUsualRoutes, held, ejected } = line;
  const state = known?.state ?? undefined;
  return (
    <tr aria-selected={isOpen}>
      <td>
        <button
          class="name link"
          title={id}
          aria-expanded={isOpen}
          onClick={() => choose({ g: isOpen ? undefined : id })}
        >
          {shortId(id)}
        </button>
        <div class="sub">{known?.service_name ?? reporter?.service_name ?? 'not listed'}</div>
      </td>
      <td>{state === undefined ? <span class="faint">–</span> : <span class="tag">{state.version}</span>}</td>
      <td>
        {state === undefined ? (
          <span class="suspect note">{known?.fault ?? 'answers no questions'}</span>
        ) : (
          <span class={state.synced ? 'up note' : 'suspect note'}>
            {state.synced ? '● synced' : '○ not yet'}
          </span>
        )}
      </td>
      <td class="nowrap">
        <span class="n">{wholeOf(state?.routes)}</span>{' '}
        {digest === undefined ? null : (
          <span class={`tag ${hasUsualRoutes ? '' : 'suspect'}`} title={`digest ${digest}`}>
            {digest.slice(0, 7)}
            {hasUsualRoutes ? '' : ' differs'}
          </span>
        )}
      </td>
      <td class={`r n ${(state?.refused_routes ?? 0) > 0 ? 'suspect' : 'dim'}`}>
        {wholeOf(state?.refused_routes)}
      </td>
      <td class="r n dim">{wholeOf(state?.upstreams)}</td>
      <td class="r n">{wholeOf(state?.in_flight)}</td>
      <td class={`r n ${(held ?? 0) > 0 ? 'gone' : 'dim'}`}>{wholeOf(held)}</td>
      <td class={`r n ${ejected > 0 ? 'ejected' : 'dim'}`}>{wholeOf(ejected)}</td>
      <td class="o">
        <span class="tag">{known?.answers ?? 'off'}</span>
      </td>
      <td class="dim nowrap o">{known === undefined ? '–' : <Ago at={known.connected_since * 1000} />}</td>
    </tr>
  );
}

function wholeOf(count: number | undefined): string {
  return count === undefined ? '–' : whole(count);
}
