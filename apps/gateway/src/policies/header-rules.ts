import { withDashes } from '../headers/field-name';
import type { HeaderList } from '../headers/header-list';
import type { HeaderRules } from '../routing/policy-rules';
import type { Policy } from './policy';
import type { HeaderEdit } from './policy-decisions';

export const headerRulesPolicy: Policy = {
  name: 'headers',
  compile({ policy: { requestHeaders, responseHeaders } }) {
    if (requestHeaders === undefined && responseHeaders === undefined) return undefined;
    const onRequest = editFor(requestHeaders);
    const onResponse = editFor(responseHeaders);
    return (_request, { requestEdits, responseEdits }) => {
      if (onRequest !== undefined) requestEdits.push(onRequest);
      if (onResponse !== undefined) responseEdits.push(onResponse);
      return undefined;
    };
  },
};

function editFor(rules: HeaderRules | undefined): HeaderEdit | undefined {
  if (rules === undefined) return undefined;
  const set = Object.entries(rules.set);
  // What is set takes the place of every spelling of it, see `withDashes`.
  const removed = new Set([...rules.remove, ...Object.keys(rules.set)].map((name) => name.toLowerCase()));
  const added = Object.entries(rules.add);
  return (headers: HeaderList) => {
    if (removed.size > 0) headers.removeWhere((name) => removed.has(name) || removed.has(withDashes(name)));
    for (const [name, value] of set) headers.set(name, value);
    for (const [name, value] of added) headers.append(name, value);
  };
}
