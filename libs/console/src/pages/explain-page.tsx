import type { PathExplanation, PathQuery, RoutesView } from '@rollcall/contracts';
import { answered, useAnswers, useGateways } from '../gateways/use-gateways';
import { ExplainForm } from '../routing/explain-form';
import { agree } from '../routing/explain-steps';
import { Explanation } from '../routing/explanation';
import { routeTable } from '../routing/route-rows';
import { RoutesTable } from '../routing/routes-table';
import { choices } from '../shell/navigation';
import { counted, shortId } from '../state/figures';
import type { Choices } from '../state/place';
import { catalog, traffic } from '../state/store';

const AGAIN_MS = 3000;
const ROUTES_MS = 10_000;

/** Why a request goes where it goes, asked of every gateway that answers. */
export default function ExplainPage() {
  const query = queryOf(choices.value);
  const { gateways, isKnown } = useGateways();
  const answers = useAnswers<PathExplanation>(gateways, query && `explain?${searchOf(query)}`, AGAIN_MS);
  const routes = answered(useAnswers<RoutesView>(gateways, 'routes', ROUTES_MS));
  const explanations = [...answered(answers)];
  const silent = [...answers].flatMap(([id, answer]) =>
    answer.ok ? [] : [{ id, detail: answer.fault.detail }],
  );
  const { edges, windowMs } = traffic.value;
  const table = routeTable({ answers: routes, catalog: catalog.value, edges, windowMs });
  const all = explanations.map(([, explanation]) => explanation);
  const [first] = all;
  return (
    <>
      <div class="head">
        <h1>Explain a request</h1>
        <span class="dim">{summary(query, all, gateways.length, isKnown)}</span>
      </div>
      <ExplainForm query={query} />
      <div class="cols explain">
        <RoutesTable
          rows={table.rows}
          refused={table.refused}
          gateways={[...routes.keys()]}
          isFiltered={false}
        />
        <div class="stack">
          {query === undefined ? (
            <p class="panel empty">
              Say which request: the decision is shown step by step, as the gateways would take it now. A path
              of the table fills the form.
            </p>
          ) : null}
          {first !== undefined && agree(all) ? (
            <Explanation
              explanation={first}
              by={
                explanations.length === 1
                  ? (explanations[0]?.[0] ?? '')
                  : `${explanations.length} gateways agree`
              }
            />
          ) : (
            explanations.map(([id, explanation]) => (
              <Explanation key={id} explanation={explanation} by={shortId(id)} />
            ))
          )}
          {silent.map(({ id, detail }) => (
            <div key={id} class="panel refusal dim">
              <b class="suspect">{shortId(id)} did not answer:</b> {detail}
            </div>
          ))}
          {query !== undefined && isKnown && gateways.length === 0 ? (
            <p class="panel empty">
              No gateway answers questions here. Start one, with ANSWER_QUESTIONS=read; or ask its admin port:{' '}
              <code>rollcall explain {query.path}</code>
            </p>
          ) : null}
        </div>
      </div>
    </>
  );
}

function queryOf({ path, method = 'GET', host = '', canary }: Choices): PathQuery | undefined {
  return path === undefined ? undefined : { path, method, host, ...(canary !== undefined && { canary }) };
}

function searchOf({ path, method, host, canary }: PathQuery): string {
  const search = new URLSearchParams({ path, method });
  if (host !== '') search.set('host', host);
  if (canary !== undefined) search.set('canary', canary);
  return search.toString();
}

function summary(
  query: PathQuery | undefined,
  all: readonly PathExplanation[],
  gateways: number,
  isKnown: boolean,
): string {
  if (!isKnown) return '';
  if (query === undefined || all.length === 0) return `${counted(gateways, 'gateway')} can be asked`;
  if (all.length === 1) return 'asked of one gateway';
  return agree(all)
    ? `asked of ${all.length} gateways; they agree`
    : `asked of ${all.length} gateways; they do not agree`;
}
