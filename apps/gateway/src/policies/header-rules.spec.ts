import { aPolicyRequest, aRoute, byPeer, decided, edited } from '../../test/support/a-policy-request';
import { headerRulesPolicy } from './header-rules';

describe('header rules', () => {
  const rules = { remove: ['X-Gone', 'X-Both'], set: { 'X-Both': 'set', 'x-there': 'ours' }, add: {} };

  it('take away first, and set after that', () => {
    const route = aRoute({ policy: { requestHeaders: rules } });
    const { requestEdits, responseEdits } = decided(headerRulesPolicy, route, aPolicyRequest()).decisions;
    expect(edited(requestEdits, { 'x-gone': '1', 'X-BOTH': '2', 'X-There': '3', Kept: '4' })).toEqual({
      Kept: '4',
      'X-Both': 'set',
      'x-there': 'ours',
    });
    expect(responseEdits).toEqual([]);
  });

  it('take away what some instances would read as the same field', () => {
    const route = aRoute({ policy: { requestHeaders: rules } });
    const { requestEdits } = decided(headerRulesPolicy, route, aPolicyRequest()).decisions;
    expect(edited(requestEdits, { X_Gone: '1', X_THERE: '2', X_Kept: '3' })).toEqual({
      X_Kept: '3',
      'X-Both': 'set',
      'x-there': 'ours',
    });
  });

  it('add to what is there', () => {
    const route = aRoute({ policy: { responseHeaders: { remove: [], set: {}, add: { link: '<b>' } } } });
    const { responseEdits } = decided(headerRulesPolicy, route, aPolicyRequest()).decisions;
    expect(edited(responseEdits, { Link: '<a>' })).toEqual({ Link: '<a>', link: '<b>' });
  });

  it('are nothing where a route has none', () => {
    expect(headerRulesPolicy.compile(aRoute(), byPeer)).toBeUndefined();
  });
});
