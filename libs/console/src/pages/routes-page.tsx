import type { RoutesView } from '@rollcall/contracts';
import { answered, useAnswers, useGateways } from '../gateways/use-gateways';
import { RoutesTable } from '../routing/routes-table';
import { routeTable } from '../routing/route-rows';
import { choices } from '../shell/navigation';
import { counted } from '../state/figures';
import { catalog, traffic } from '../state/store';

const EVERY_MS = 5000;

/** Which requests go where, who said so, and what is not in force. */
export default function RoutesPage() {
  const { q = '' } = choices.value;
  const { gateways, fault, isKnown } = useGateways();
  const answers = answered(useAnswers<RoutesView>(gateways, 'routes', EVERY_MS));
  const { edges, windowMs } = traffic.value;
  const table = routeTable({ answers, catalog: catalog.value, edges, windowMs });
  const text = q.trim().toLowerCase();
  const rows = table.rows.filter(({ path, host = '', service, policies }) =>
    `${host}${path} ${service} ${policies.join(' ')}`.toLowerCase().includes(text),
  );
  return (
    <>
      <div class="head">
        <h1>Routes</h1>
        <span class="dim">
          {answers.size > 0
            ? `in force at ${counted(answers.size, 'gateway')}`
            : 'paths that the registry has given away'}
        </span>
      </div>
      {isKnown && answers.size === 0 ? (
        <div class="banner" role="status">
          <span>
            <b>No gateway answers questions here.</b>{' '}
            <span class="dim">
              {fault ??
                'Their policies, and the routes of their files, are not known. Start one, with ANSWER_QUESTIONS=read.'}
            </span>
          </span>
        </div>
      ) : null}
      <RoutesTable
        rows={rows}
        refused={table.refused}
        gateways={[...answers.keys()]}
        isFiltered={text !== ''}
      />
    </>
  );
}
